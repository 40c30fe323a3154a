/** What the value of a field, a column or an element is, by what it is called. */
export type FieldKind =
  /** Of whatever: a person, a file, a package. */
  | 'name'
  /** Somebody's name in full, by what they are to the record. */
  | 'person'
  /** Somebody's first name, last name or both. */
  | 'name_part'
  | 'city'
  | 'region'
  | 'country'
  | 'address'
  | 'organization'
  | 'phone'
  | 'birth'
  | 'postal';

/** Whoever a record can be about; `customer` alone is a field, and so is `customer name`. */
const PEOPLE =
  'customer|client|contact|patient|employee|passenger|applicant|tenant|guest|buyer|recipient|beneficiary|cardholder|account holder|owner|claimant|insured|student|candidate|next of kin|emergency contact|line manager|supervisor|witness|author|' +
  'kunde|kundin|patientin|mitarbeiter|mitarbeiterin|empfänger|empfängerin|ansprechpartner|ansprechpartnerin|antragsteller|antragstellerin|mieter|mieterin|versicherter|versicherte|kontoinhaber|karteninhaber|bewerber|bewerberin|sachbearbeiter|sachbearbeiterin|absender|' +
  'cliente|paciente|destinataire|destinatario|bénéficiaire|titulaire|titular|beneficiario|locataire|inquilino|empleado|empleada|employé|employée|salarié|salariée|solicitante|demandeur|responsable|remitente|interlocuteur';

const NAMED = PEOPLE.split('|').map((person) => `${person} name`);

const WORDS: Readonly<Record<FieldKind, string>> = {
  name: 'name|given|family|nom|nombre|姓名|氏名|이름',
  person: `${PEOPLE}|${NAMED.join('|')}|contact person|name on card|signed by|prepared by|approved by|reported by|assigned to`,
  name_part:
    'full name|first name|last name|given name|given names|family name|middle name|maiden name|legal name|surname|forename|fname|lname|forenames|surnames|nickname|known as|name of patient|patient name|name of applicant|father name|mother name|' +
    'vorname|nachname|familienname|geburtsname|rufname|vor- und nachname|vorname nachname|prénom|prénoms|nom de famille|nom complet|nom et prénom|nom du client|nom de naissance|nom de jeune fille|nom marital|nombre completo|nombre y apellidos|apellido|apellidos|primer apellido|segundo apellido|nombre del cliente|cognome|sobrenome|achternaam|voornaam|naam|adı soyadı|ad soyad|nome e cognome|imię i nazwisko|namn|navn|nimi|фио|имя|фамилия|nome|nome completo|cognome e nome|nazwisko|imię|adı|soyadı|soyad|isim|förnamn|efternamn|fornavn|etternavn|etunimi|sukunimi|volledige naam|familienaam|' +
    '联系人|收件人|收货人|寄件人|发件人|客户|客户姓名|患者|患者姓名|员工|员工姓名|申请人|持卡人|负责人|经办人|紧急联系人|法定代表人|户名|开户名|账户名|主治医师|主治医生|监护人|收款人|付款人|家属|联络人|聯絡人|申請人|持卡人姓名|投保人|被保险人|收件者|名前|お名前|担当者|担当|宛名|患者名|顧客名|社員名|従業員名|フリガナ|ふりがな|名義人|口座名義|口座名義人|契約者|契約者名|申込者|代表者|保護者|患者様|성명|성함|고객|고객명|담당자|수령인|받는 사람|보호자|신청인|환자|환자명|직원|사원명|예금주|대표자|대표이사|계약자|작성자|피보험자|회원명|받는사람|보내는 사람',
  city:
    'city|town|city town|place of birth|birthplace|home town|hometown|birth city|ort|wohnort|stadt|geburtsort|ortschaft|ville|commune|localité|lieu de naissance|ciudad|localidad|población|municipio|lugar de nacimiento|città|comune|cidade|plaats|woonplaats|luogo di nascita|naturalidade|localidade|miasto|miejscowość|miejsce urodzenia|şehir|ilçe|doğum yeri|doğduğu yer|lugar y fecha de nacimiento|stadsdel|postort|poststed|' +
    '城市|所在城市|所在地|出生地|籍贯|市|勤務地|出身地|市区町村|都市|도시|지역|근무지|출생지|거주지|시',
  region:
    'province|county|state province|bundesland|kanton|département|comunidad autónoma|provincia|省|省份|州|都道府県|県|시도|도',
  country:
    'country|country of birth|land|geburtsland|pays|pays de naissance|país|país de nacimiento|国家|国|国籍|국가|나라',
  address:
    'address|street|street address|home address|address line 1|mailing address|postal address|billing address|shipping address|delivery address|residence|straße|strasse|hausanschrift|anschrift|adresse|wohnanschrift|lieferadresse|rechnungsadresse|straße und hausnummer|adresse postale|adresse de livraison|dirección|direccion|domicilio|calle|indirizzo|endereço|adres|straat|ulica|adres zamieszkania|adresi|ev adresi|gatuadress|adress|woonadres|residenza|morada|adresse actuelle|current address|registered address|permanent address|line1|address1|' +
    '地址|住址|家庭住址|收货地址|联系地址|通讯地址|详细地址|住所|所在地住所|お届け先|주소|배송지|집주소',
  organization:
    'company|company name|employer|employer name|organisation|organization|organisation name|organization name|org|firm|business name|institution|hospital|school|university|bank|bank name|insurer|firma|firmenname|arbeitgeber|unternehmen|krankenkasse|krankenhaus|hochschule|bankname|société|entreprise|employeur|raison sociale|établissement|organisme|banque|empresa|empleador|razón social|organización|institución|banco|azienda|bedrijf|werkgever|' +
    '公司|公司名称|单位|工作单位|单位名称|企业名称|开户行|开户银行|学校|医院|购买方|销售方|甲方|乙方|会社|会社名|勤務先|所属|法人名|学校名|病院名|銀行名|회사|회사명|직장|소속|학교|병원|상호|은행명',
  phone:
    'phone|phone number|telephone|tel|mobile|mobile number|cell|fax|telefon|telefonnummer|handy|mobil|mobilnummer|rufnummer|téléphone|portable|numéro de téléphone|teléfono|telefono|móvil|movil|celular|手机|手机号|手机号码|电话|电话号码|联系电话|電話|電話番号|携帯|携帯電話|전화|전화번호|휴대폰|휴대전화|연락처|핸드폰',
  birth:
    'dob|date of birth|birth date|birthdate|birthday|born|geburtsdatum|geboren|geburtstag|date de naissance|naissance|né le|née le|fecha de nacimiento|data di nascita|data de nascimento|geboortedatum|data urodzenia|doğum tarihi|födelsedatum|fødselsdato|nacimiento|出生日期|生日|出生年月|生年月日|誕生日|생년월일|생일',
  postal:
    'zip|zip code|zipcode|postcode|postal code|post code|plz|postleitzahl|code postal|cp|cap|código postal|código postal|kod pocztowy|posta kodu|postnummer|postnr|cep|eircode|codigo postal|邮编|邮政编码|郵便番号|우편번호',
};

/** Words, blanks between them, in lower case; signs that programs put between them count as blanks. */
const plain = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[\s_.-]+/g, ' ')
    .trim();

const withoutAccents = (label: string): string =>
  /^[ -\u024f]*$/.test(label) ? label.normalize('NFD').replace(/\p{M}/gu, '') : label;

/** Most labels: they are written in one way, or in two. */
const PLAIN = /^[a-z]+(?: [a-z]+)*$/;

/** `firstName` is one word to the scan, and programs leave accents out. */
function spellings(word: string): readonly string[] {
  if (PLAIN.test(word)) return word.includes(' ') ? [word, word.replaceAll(' ', '')] : [word];
  const label = plain(word);
  const all = [label, withoutAccents(label)];
  return [...all, ...all.map((each) => each.replaceAll(' ', ''))];
}

function kindsOfLabels(): ReadonlyMap<string, FieldKind> {
  const kinds = new Map<string, FieldKind>();
  for (const [kind, words] of Object.entries(WORDS)) {
    for (const word of words.split('|')) for (const label of spellings(word)) kinds.set(label, kind as FieldKind);
  }
  return kinds;
}

const KINDS = kindsOfLabels();

/** All labels of fields, divided by blanks, those of several words also in one, each with its accents and without. */
export const FIELD_LABELS: readonly string[] = [...KINDS.keys()];

/** What the value of a field is that is called so; null where the label says nothing. */
export const kindOfField = (label: string): FieldKind | null =>
  label.length > LONGEST_LABEL ? null : (KINDS.get(label) ?? KINDS.get(plain(label)) ?? null);

const LONGEST_LABEL = 40;
