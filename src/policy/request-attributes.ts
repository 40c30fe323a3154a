import type { UseCaseConfig } from '../contracts/configuration.ts';
import { isDataClass, lineageOf } from '../contracts/data-classes.ts';
import type { RequestAttributes } from '../contracts/policy.ts';
import { sectorName } from '../contracts/sectors.ts';
import type { Label, Task } from '../contracts/vocabulary.ts';
import { UNKNOWN } from './attribute-list.ts';
import { EEA_CODE, withContaining, withMembers, withOverlapping } from './jurisdictions.ts';

const PUBLIC_CLASS = 'public';
const NONE = 'none';

/** What the configuration says to every request. */
export interface PolicySettings {
  deniedCountries: readonly string[];
  deniedOperators: readonly string[];
  deniedMakers: readonly string[];
  /** Of the server; those of the key come first. */
  defaultJurisdictions: readonly string[];
  receiptRetentionDays: number;
}

export const NO_POLICY_SETTINGS: PolicySettings = {
  deniedCountries: [],
  deniedOperators: [],
  deniedMakers: [],
  defaultJurisdictions: [],
  receiptRetentionDays: 0,
};

export interface RequestAttributesInput {
  useCase: UseCaseConfig | null;
  /** Declared for the key or in a header, besides those of the use case. */
  declaredClasses: readonly string[];
  /** Found by detection. */
  detectedClasses: readonly string[];
  keyJurisdictions: readonly string[] | null;
  /** Task that use case or request states; null where only the text speaks. */
  statedTask: Task | null;
  statedLabels: readonly Label[];
  unscannable: boolean;
  settings: PolicySettings;
}

/** Traffic is labelled by what somebody declares above `public`, never by what detection finds. */
export const isLabelled = (declared: readonly string[]): boolean => declared.some((name) => name !== PUBLIC_CLASS);

function classesWithParents(names: readonly string[]): readonly string[] {
  const all = new Set(names.flatMap((name) => (isDataClass(name) ? lineageOf(name) : [name])));
  return [...all].sort();
}

const firstNonEmpty = (...lists: readonly (readonly string[] | null | undefined)[]): readonly string[] =>
  lists.find((list) => list != null && list.length > 0) ?? [];

/**
 * What rules may ask about a request. On unlabelled traffic no rule sees detected classes (policy.unlabelled_personal
 * deals with those); on labelled traffic they count like declared ones. The label regulated_eu says that subjects live
 * in the EEA.
 */
export function requestAttributes(input: RequestAttributesInput): RequestAttributes {
  const { useCase, settings, statedLabels } = input;
  const declared = [...(useCase?.data_classes ?? []), ...input.declaredClasses];
  const labelled = isLabelled(declared);
  const subjects = firstNonEmpty(
    useCase?.subject_jurisdictions,
    input.keyJurisdictions,
    settings.defaultJurisdictions,
    statedLabels.includes('regulated_eu') ? [EEA_CODE] : [],
  );
  const regulated = statedLabels.includes('regulated_eu') ? [...subjects, EEA_CODE] : subjects;
  return {
    labelled,
    data_classes: classesWithParents(labelled ? [...declared, ...input.detectedClasses] : declared),
    subject_jurisdictions: withContaining(regulated),
    // Empty where nobody said where users are: most traffic, which then needs no rule about them.
    user_jurisdictions: useCase?.jurisdictions === undefined ? [] : withContaining(useCase.jurisdictions),
    sectors: [...new Set((useCase?.sectors ?? []).map(sectorName))].sort(),
    use_case: useCase?.id ?? NONE,
    task: input.statedTask ?? NONE,
    domain: useCase?.domain ?? NONE,
    labels: [...statedLabels].sort(),
    approvals: [...(useCase?.approvals ?? [])].sort(),
    ai_act: useCase?.ai_act ?? UNKNOWN,
    residency: withMembers(useCase?.residency ?? []),
    insurer_excludes: withOverlapping(useCase?.insurer_excludes ?? []),
    over_threshold: [...(useCase?.over_threshold ?? [])].sort(),
    denied_countries: withOverlapping(settings.deniedCountries),
    denied_operators: [...settings.deniedOperators].sort(),
    denied_makers: [...settings.deniedMakers].sort(),
    unscannable: labelled && input.unscannable,
    receipt_retention_days: settings.receiptRetentionDays,
  };
}

/** Of a request about which nobody said anything. */
export const UNLABELLED: RequestAttributes = Object.freeze(
  requestAttributes({
    useCase: null,
    declaredClasses: [],
    detectedClasses: [],
    keyJurisdictions: null,
    statedTask: null,
    statedLabels: [],
    unscannable: false,
    settings: NO_POLICY_SETTINGS,
  }),
);

/** Attributes of a labelled request with classes that detection has found: they count like declared ones. */
export const withDetectedClasses = (attributes: RequestAttributes, found: readonly string[]): RequestAttributes => ({
  ...attributes,
  data_classes: classesWithParents([...attributes.data_classes, ...found]),
});
