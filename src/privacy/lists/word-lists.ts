import { wordsOf } from '../context.ts';
import { FLAG, type Lexicon } from '../lexicon.ts';
import { COMMON_WORDS, ENGLISH_WORDS, GERMAN_WORDS } from './everyday-words.ts';
import { FIELD_LABELS } from './field-words.ts';
import { NATIONALITY_LABELS } from './human-words.ts';

const MONTHS =
  'january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|' +
  'januar|jänner|februar|märz|mai|juni|juli|oktober|dezember|' +
  'janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre|' +
  'enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|' +
  'gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|' +
  'januari|februari|maart|mei|augustus|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|' +
  'stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia|' +
  'ocak|şubat|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|maj|augusti|marts|desember|' +
  'января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря';
const WEEKDAYS =
  'monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag';

const TOP_DOMAINS =
  'com|org|net|edu|gov|mil|int|info|biz|name|pro|mobi|xyz|online|site|shop|store|app|dev|cloud|tech|blog|news|media|agency|club|group|health|law|' +
  'io|ai|eu|de|at|ch|fr|es|it|nl|be|lu|dk|se|no|fi|is|pl|cz|sk|hu|ro|bg|gr|pt|ie|uk|us|ca|mx|br|ar|cl|co|pe|ve|uy|ec|' +
  'cn|jp|kr|tw|hk|sg|my|th|vn|id|ph|in|pk|bd|lk|au|nz|za|ng|ke|eg|ma|tn|il|tr|sa|ae|qa|ru|ua|by|kz|rs|hr|si|lt|lv|ee|me|tv|cc|to|fm|gg|so|sh|ly|vlaanderen|webcam';

const SECRET_WORDS =
  'password|passwd|pwd|passphrase|secret|apikey|api key|access key|secret key|accesskey|secretkey|auth token|access token|token|client secret|private key|' +
  'authtoken|accesstoken|clientsecret|kennwort|passwort|contraseña|mot de passe|bearer|credential|credentials|aws secret access key|pw|wachtwoord|senha|hasło|şifre|parola|lösenord|пароль';

const JOBS =
  'accountant|architect|engineer|designer|manager|director|teacher|lawyer|solicitor|barrister|nurse|surgeon|developer|programmer|analyst|consultant|officer|administrator|scientist|technician|therapist|psychologist|pharmacist|editor|journalist|artist|musician|actor|chef|pilot|librarian|surveyor|planner|producer|researcher|secretary|assistant|executive|buyer|trader|broker|auditor|economist|ceo|cto|cfo|president|chairman|founder|professor|lecturer|physicist|chemist|biologist|geologist|photographer|translator|interpreter|optometrist|dentist|veterinarian|paramedic';

const GREETINGS =
  'hi|hello|hey|dear|howdy|greetings|hallo|liebe|lieber|moin|servus|grüezi|bonjour|bonsoir|salut|coucou|cher|chère|chers|hola|buenas|querido|querida|estimado|estimada|apreciado|apreciada|ciao|caro|cara|olá|prezado|prezada|beste|geachte|hej|ahoj|cześć|gentile|gentilissimo|gentilissima|egregio|egregia|caros|estimados|estimadas|queridos|szanowny|szanowna|drogi|droga|sayın|sevgili|merhaba|kære|kära|kjære|hei|уважаемый|уважаемая|дорогой|дорогая';

/** Words without meaning for names: months, endings of domains, names of secrets, what begins sentences. */
export function addWordLists(lexicon: Lexicon): void {
  lexicon.addAll(MONTHS, FLAG.month);
  lexicon.addAll(WEEKDAYS, FLAG.weekday | FLAG.common);
  lexicon.addAll(TOP_DOMAINS, FLAG.topDomain);
  lexicon.addAll(SECRET_WORDS, FLAG.secretWord);
  lexicon.addAll(JOBS, FLAG.job);
  lexicon.addAll(GREETINGS, FLAG.greeting);
  lexicon.addAll(NATIONALITY_LABELS, FLAG.nationalityLabel, ' ');
  for (const label of FIELD_LABELS) {
    const phrase = wordsOf(label).join(' ');
    if (phrase !== '') lexicon.add(phrase, FLAG.field);
  }
  lexicon.addAll(COMMON_WORDS, FLAG.common, ' ');
  lexicon.addAll(GERMAN_WORDS, FLAG.german | FLAG.common, ' ');
  lexicon.addAll(ENGLISH_WORDS, FLAG.english | FLAG.common, ' ');
}
