const OFFICIAL =
  'ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by ' +
  'bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk ' +
  'fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir ' +
  'is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ' +
  'ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm ' +
  'pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf ' +
  'tg th tj tk tl tm tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw';

/** ISO 3166-1 alpha-2 in lower case; Kosovo has a code by custom, and `eu` stands for the EEA. */
const CODES: ReadonlySet<string> = new Set([...OFFICIAL.split(' '), 'xk', 'eu']);

/** What people write who mean another code. */
const MEANT: Readonly<Record<string, string>> = { uk: 'gb', el: 'gr' };

/** Whether a country, or a part of one (`us-ca`), is of a country that exists: what is none would silently match nothing. */
export const isCountryCode = (code: string): boolean => CODES.has(code.split('-', 1)[0] as string);

/** What to write instead of a code that is none; null where nobody knows. */
export function meantCountry(code: string): string | null {
  const [country = '', ...part] = code.toLowerCase().split('-');
  const meant = MEANT[country] ?? country;
  return CODES.has(meant) ? [meant, ...part].join('-') : null;
}
