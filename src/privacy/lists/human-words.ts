/**
 * What people are to each other, at work, and to those who write about them: behind such a word stands a name, and
 * nothing else does that begins with a capital and is no word of its own. English, German, French, Spanish.
 */
export const HUMAN_WORDS =
  'wife husband son daughter sister brother mother father mom mum dad aunt uncle cousin nephew niece grandmother grandfather grandma grandpa grandson granddaughter stepson stepdaughter fiancé fiancée boyfriend girlfriend spouse widow widower friend neighbour neighbor colleague coworker boss landlord landlady tenant roommate ' +
  'patient customer client plaintiff defendant claimant complainant appellant respondent witness victim suspect candidate applicant employee passenger student pupil guest beneficiary payee subscriber policyholder cardholder nurse midwife driver courier spokesman spokeswoman spokesperson mayor attorney notary executor executrix trustee heir heiress petitioner debtor creditor lessee lessor signatory deceased accused ' +
  'frau mann ehefrau ehemann tochter sohn schwester bruder mutter vater tante onkel oma opa cousine neffe nichte enkel enkelin verlobte verlobter freund freundin kollege kollegin kollegen nachbar nachbarin chef chefin mieter mieterin vermieter vermieterin mitbewohner mitbewohnerin ' +
  'patientin kunde kundin kunden mandant mandantin zeuge zeugin zeugen kläger klägerin beklagte beklagter angeklagte angeklagter antragsteller antragstellerin bewerber bewerberin schüler schülerin studentin teilnehmer teilnehmerin versicherte versicherter mitarbeiter mitarbeiterin vorstand geschäftsführer geschäftsführerin sprecher sprecherin bürgermeister bürgermeisterin ansprechpartner ansprechpartnerin inhaber inhaberin rechtsanwalt rechtsanwältin notar notarin steuerberater steuerberaterin erblasser erblasserin erbin schuldner schuldnerin verstorbene verstorbener verstorbenen ' +
  'frère sœur soeur mari femme épouse époux fils fille mère père conjoint conjointe copain copine ami amie collègue voisin voisine patron patronne locataire propriétaire ' +
  'patiente cliente victime témoin prévenu prévenue plaignant plaignante demandeur demanderesse candidat candidate salarié salariée élève étudiant étudiante directeur directrice gérant gérante maire adhérent adhérente assuré assurée bénéficiaire avocat avocate notaire accusé accusée défunt défunte héritier héritière ' +
  'hermano hermana hijo hija esposo esposa marido mujer madre padre tío tía primo prima sobrino sobrina abuelo abuela novio novia amigo amiga compañero compañera vecino vecina jefe jefa casero casera inquilino inquilina suegro suegra cuñado cuñada ' +
  'paciente testigo víctima demandante demandado demandada acusado acusada candidato candidata empleado empleada alumno alumna estudiante titular beneficiario beneficiaria asegurado asegurada director directora alcalde alcaldesa abogado abogada notario notaria portavoz heredero heredera difunto difunta deudor deudora arrendatario arrendataria arrendador arrendadora trabajador trabajadora empresario empresaria juez jueza ministro ministra enfermero enfermera ' +
  'kid guardian receptionist underwriter stepfather stepmother grandparents godson goddaughter groom bride judge ' +
  'minister ministerin bundesministerin bundesminister bundeskanzler bundeskanzlerin senatorin senator abgeordnete abgeordneter präsident präsidentin professorin beschuldigte beschuldigter geschädigte geschädigter tante familie lehrerin lehrer ärztin arzt schwägerin schwager stiefvater stiefmutter patenkind ' +
  'compagne compagnon beau-père belle-mère infirmière infirmier ministre juge institutrice professeure remplaçante remplaçant ' +
  'paziente pazienti marito moglie figlio figlia fratello sorella collega vicino vicina nonno nonna zio zia cugino cugina avvocato fidanzato fidanzata imputato imputata ' +
  'patiënt patiënte klant huurder verhuurder echtgenoot echtgenote zoon dochter broer zus moeder buurman buurvrouw huisarts werknemer ' +
  'filho filha irmão irmã avô avó vizinho vizinha namorado namorada advogado advogada réu ' +
  'pacjent pacjentka pacjenta pacjentki klient klientka klienta klientki mąż żona córka siostra koleżanka kolega sąsiad sąsiadka najemca wynajmujący pracownik pracownica świadek ' +
  'müşteri eşim oğlum kızım kardeşim annem babam avukat öğrenci ' +
  'kund patient patienten maken makan sonen dottern brodern systern granne kollega';

/** Forms of address in small letters, which stand before a family name alone as well. */
export const ADDRESS_WORDS =
  'don doña señor señora señorita monsieur madame mademoiselle maître signor signora senhor senhora dr dra dott prof sig dhr mevr mevrouw meneer mw pani panią panu pana dona herr frau herrn docteur';

/** Whose somebody is: with it one word is enough of a name. */
export const POSSESSIVES =
  'my your his her our their mein meine meinen meiner meinem dein deine deinen deiner deinem sein seine seinen seiner seinem ihr ihre ihren ihrer ihrem unser unsere unseren unserer unserem mon ma mes ton ta son sa notre votre leur mi mis tu su sus nuestro nuestra vuestro vuestra';

/** What is written behind a label for nationality in languages that write it small. */
export const NATIONALITY_LABELS =
  'nationality nationalité nacionalidad nazionalità nacionalidade nationaliteit nationalität staatsangehörigkeit staatsbürgerschaft ciudadanía citizenship citoyenneté';
