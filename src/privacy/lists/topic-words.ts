/** Labels of what is not an issued number, in the languages that detection promises; see context.ts for their reach. */
export const TOPIC_WORDS = {
  /** Speaks for any number with a check digit, weakly. */
  id: 'id|ids|identification|identity|identity card|id card|id number|id no|number|numbers|no|nr|nummer|num|número|numero|numéro|document|dokument|documento|card no|identifier|registration|证件|证号|号码|編號|番号|번호|номер|numer|numarası|kimlik|no.|n°|nº|national id|national number|tax|taxpayer',
  phone:
    'phone|phones|telephone|tel|mobile|mobiles|cell|cellphone|cell phone|fax|call|calling|called|dial|ring|sms|text me|whatsapp|contact|contact number|hotline|landline|desk|reach|reached|answering|messages|message|registered|phone number|callback|telefon|telefonnummer|tel.|handy|handynummer|mobil|mobilnummer|rufnummer|anrufen|erreichbar|téléphone|telephone|portable|appeler|appelez|teléfono|telefono|móvil|movil|celular|llamar|llame|llámame|cellulare|telefone|telemóvel|telefoon|gsm|numaram|telepono|cep|cep no|numer telefonu|телефон|тел|电话|电话号码|手机|手机号|手机号码|联系电话|联系方式|電話|電話番号|携帯|携帯電話|连络|전화|전화번호|휴대폰|핸드폰|연락처|us number|uk number|japanese number|cn number|israeli number|international one',
  iban: 'iban|bank account|account number|bankverbindung|kontonummer|konto|compte bancaire|cuenta|cuenta bancaria|rib|conto corrente|bank|transfer|银行账号|账号|帐号|口座|口座番号|계좌|계좌번호',
  swift: 'swift|bic|swift code|bic code|swift/bic|bic/swift|bank identifier|swiftcode',
  crypto: 'bitcoin|btc|wallet|ethereum|eth|crypto|litecoin|ltc|dogecoin|monero|xmr|ripple|xrp|tron|trx|usdt|address',
  ip: 'ip|ipv4|ipv6|ip address|client ip|ip-adresse|adresse ip|dirección ip|host|server|gateway|subnet|ping|ip地址|ipアドレス',
  version: 'version|versions|ver|v|release|build|revision|section|chapter|firmware|driver',
  birth:
    'born|birth|dob|d.o.b|date of birth|birthdate|birthday|birth date|geboren|geburtsdatum|geburtstag|geb|né le|née le|né|née|naissance|date de naissance|nacido|nacida|nacimiento|fecha de nacimiento|nato|nata|data di nascita|nascimento|geboortedatum|出生|出生日期|生日|生年月日|誕生日|생년월일|생일|출생|生まれ|태어|born on|geboren am|née à|nacimiento el|nacida el|nacido el|doğum tarihi|doğumlu|doğum|data de nascimento|nascido|nascida|nasceu|geboren op|data urodzenia|urodzony|urodzona|ur|født|född|fødselsdato|födelsedatum|дата рождения|родился|родилась',
  postal:
    'zip|zip code|zipcode|postcode|postal code|post code|postal|plz|postleitzahl|code postal|código postal|codigo postal|postnummer|postnr|邮编|邮政编码|郵便番号|우편번호|pin code|pincode|kod pocztowy',
  address:
    'address|addresses|adresse|anschrift|wohnhaft|wohnt|dirección|direccion|domicilio|domicile|lives|live|lived|living|located|ship|shipping|deliver|delivery|street|sent|mail|send|taxi|office|offices|residence|resides|moved|return|arrived|billing|meet|地址|住址|住所|주소|住在|home',
  url: 'url|website|web site|site|homepage|link|domain|domains|webpage|web page|webseite|sitio web|site web|网址|网站|主页|ウェブサイト|サイト|ホームページ|홈페이지|사이트|웹사이트|visit|blog|files|seite|internetseite|página|portal|impressum',
  age: 'age|aged|years old|year old|old|turned|alter|âge|edad|年龄|年齢|나이',
} as const;
