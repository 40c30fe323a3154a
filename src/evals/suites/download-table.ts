import { basename } from 'node:path';

/** A file of a public suite and where its publisher has it. */
export interface DownloadFile {
  /** Below the suite's own folder. */
  path: string;
  /** Pinned to a commit: the address will not lead to other bytes one day. */
  url: string;
  /** Of the file as it lies on disk, unpacked where it travels packed. */
  bytes: number;
  sha256: string;
  packed?: 'gzip';
}

/** What is said before anything is downloaded. */
export interface SuiteDownload {
  files: readonly DownloadFile[];
  /** Terms and whom to credit. */
  notice: string;
}

const raw = (repository: string, commit: string, ...folder: string[]): string =>
  ['https://raw.githubusercontent.com', repository, commit, ...folder].join('/');

/** A line a file: its path below the suite's folder, bytes, SHA-256. `base`: the folder that it is downloaded from. */
const filesAt = (base: string, table: string, flat = false): DownloadFile[] =>
  table
    .trim()
    .split('\n')
    .map((line): DownloadFile => {
      const [path = '', bytes, sha256 = ''] = line.trim().split(/ +/);
      return { path, url: `${base}/${flat ? basename(path) : path}`, bytes: Number(bytes), sha256 };
    });

const GSM8K = raw('openai/grade-school-math', '3101c7d5072418e28b9008a6636bde82a006892c', 'grade_school_math/data');
const HUMANEVAL = raw('evalplus/humanevalplus_release', '200defce9e3429d28ca215b6dd061c0f7f31c18b');
const IFEVAL = raw('Zhe-Young/SelfCorrectDecompose', '44e8634d139276766460dd5ab84ee5c7a3f83540', 'data');
const XSTEST = raw('paul-rottger/exaggerated-safety', 'd7bb5bd738c1fcbc36edd83d5e7d1b71a3e2d84d');
const BFCL = raw(
  'ShishirPatil/gorilla',
  '6ea57973c7a6097fd7c5915698c54c17c5b1b6c8',
  'berkeley-function-call-leaderboard/bfcl_eval/data',
);
/** The repository holds a pointer that names this very digest; the bytes lie in its large-file store. */
const MATH =
  'https://media.githubusercontent.com/media/openai/prm800k/00811d6de065642a6967b9017d4cee59550c0ef4/prm800k/math_splits/test.jsonl';

const BFCL_FILES = `
BFCL_v4_simple_python.json 283274 82dd63ba502eb2520c6b5d1d9a5c4b590e03ff261565175561f6228a367d1991
possible_answer/BFCL_v4_simple_python.json 63627 90cd5bc653690ee8e459b5b3f3fc9458606f7f3fcbf795bb51b7dc581f8c86dc
BFCL_v4_simple_java.json 86619 13d2303a125b08754f0e41995b9273b5005fa8ed8ebfaa24ef53b4d83c4b5c6e
possible_answer/BFCL_v4_simple_java.json 16407 78f25616084044fa05bbfcee68e03f6ececb222bdd5cb3b7783a675fb3366e35
BFCL_v4_simple_javascript.json 47063 329e67fedf79a6243d93dbda4b388d12bd2d31f1f2163d92cb6ef676d1764f44
possible_answer/BFCL_v4_simple_javascript.json 7881 e2f9f2e51d88e0c8056ffbf1a3dd3d02eb032532d2b5d98c9cc9003385bdd56b
BFCL_v4_multiple.json 316583 aef168155ebd74b7ac2401198b201343bc7d16d7a3d7e0d4e6d8ee82c6969b2a
possible_answer/BFCL_v4_multiple.json 32254 244e00ce9395df948bcafc7bee64e8f9c87ef70887587d83cae45b13699f3047
BFCL_v4_parallel.json 171896 19f51a82eff42e5d62541aa500115a056eb78f437c2ba1f10415fd7c8e5dda84
possible_answer/BFCL_v4_parallel.json 66005 8a6aa19c1adddc6a5a2f7e40f9dbf30cc7e95815e7b830c90589ab318229e0f0
BFCL_v4_parallel_multiple.json 347080 8863ea8433239f55c5f016154cf0830853c89f693c6ea270396a2fa121960579
possible_answer/BFCL_v4_parallel_multiple.json 74602 5ebf24f458c1f16300c05505d83d6f0a1b68b79be273a033febd0d4f840507e3
BFCL_v4_irrelevance.json 159940 2b6ed4c2e992cdcf5f1678a701851f944bef7550ee026ed1ddb89efed5be01a6
BFCL_v4_live_simple.json 260140 1af2ac87dca47556db7b7e37e51e28b459a38b594e3c7b3c792b4903598ca0c4
possible_answer/BFCL_v4_live_simple.json 46972 fec9cfa9744a936f9126981e85a2023da1e63e273eafebc81923a1162fad70ce
BFCL_v4_live_parallel.json 15649 6c26e9fdc3350cf596e6d1ea9c179cbff834761bccf562f4141ed29a839ca421
possible_answer/BFCL_v4_live_parallel.json 4972 8a9f189ff0e832ebbbbdade1fd95a7dbcc67406e9177df3f0aad76f59ab00350
BFCL_v4_live_parallel_multiple.json 82332 21d4b9319c1faac431e22757b367ea28917fe467364c3a4b17f16ec06d4f6e79
possible_answer/BFCL_v4_live_parallel_multiple.json 7420 f5b5f360556c5feb51db46fb9f56ee4b304f4b45b161599bbb14161c98a2873f
BFCL_v4_live_relevance.json 47327 e03f9e241657a137cba48a89ee12f47bf3fcb7e4f6274263e9c699a0c974203a
`;

const LABELLED_FILES = `
human_labelled/xstest_v2_completions_mistralguard.csv 303726 0ac03817b65e019a8f5b4b3eed805086f9f7fafe538ac9ebd156f80210af6903
human_labelled/xstest_v2_completions_mistralinstruct.csv 371935 6a146b65a5b96ec8249729bc2db459697175125998d7cbbcc88f7688ecf31dad
`;

/**
 * Suites that can be downloaded by name. A checksum is that of a copy of the publisher's file at the commit named; suites
 * whose bytes nobody here has seen are not listed: for those a person gives address and checksum.
 */
export const DOWNLOADS: Readonly<Record<string, SuiteDownload>> = {
  gsm8k: {
    notice: 'MIT, (c) 2021 OpenAI: Cobbe et al., Training Verifiers to Solve Math Word Problems.',
    files: filesAt(
      GSM8K,
      `
      test.jsonl 749738 3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14
      example_model_solutions.jsonl 2563513 4bc62db838f8418365d51c627bd66294cbdca9fb7f01519cb13f0dce8c51580b
      `,
    ),
  },
  'humaneval-plus': {
    notice: 'Apache-2.0 (EvalPlus: Liu et al., 2023) on MIT (HumanEval: Chen et al., 2021, OpenAI).',
    files: [
      {
        path: 'HumanEvalPlus.jsonl',
        url: `${HUMANEVAL}/HumanEvalPlus.jsonl.gz`,
        bytes: 7_714_666,
        sha256: '42526ec0e7d5f3ee0b06d6ced98f8c8bae3d76519151bfb3d36f79010645bd7f',
        packed: 'gzip',
      },
    ],
  },
  'math-500': {
    notice:
      'MIT (MATH, (c) 2021 Dan Hendrycks; PRM800K, OpenAI). Problem texts come from contests: for evaluation, not for publishing again.',
    files: [
      {
        path: 'math500.jsonl',
        url: MATH,
        bytes: 446_564,
        sha256: '35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132',
      },
    ],
  },
  ifeval: {
    notice:
      'CC BY 4.0: Zhou et al., Instruction-Following Evaluation for Large Language Models, 2023 (Google). From a copy: the repository of the publisher is too large to be read file by file.',
    files: filesAt(IFEVAL, 'ifeval.jsonl 206426 96b2536a5c1a7a92f99093e4678dcc2f86a0ad60b1d2caebd962647e5bba7937'),
  },
  'bfcl-v4': {
    notice: 'Apache-2.0: Berkeley Function Calling Leaderboard (Patil et al.). Eleven of its categories.',
    files: filesAt(BFCL, BFCL_FILES),
  },
  xstest: {
    notice:
      'Prompts CC BY 4.0: Roettger et al., XSTest, 2023; answers of Mistral-7B-Instruct Apache-2.0. It asks about violence, drugs and discrimination: that is the point of it.',
    files: [
      ...filesAt(XSTEST, 'xstest_prompts.csv 38719 11783fb294ed017473ee53c207d71f2161c7672c8d0b037501e78387f801cb5a'),
      ...filesAt(`${XSTEST}/model_completions`, LABELLED_FILES, true),
    ],
  },
};
