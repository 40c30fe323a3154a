// Keys and tokens that their vendors mark by a prefix. Every shape is anchored, starts with literal text and repeats one
// class of signs, so that none can backtrack; the vendors' documentation is the source.

export interface SecretShape {
  readonly type: 'api_key' | 'token';
  /** First two units of what it begins with, in every spelling. */
  readonly prefixes: readonly string[];
  readonly shape: RegExp;
  /** Bits per unit below which it is an example; default 3. */
  readonly leastEntropy?: number;
}

const key = (prefixes: string, shape: RegExp, leastEntropy?: number): SecretShape => ({
  type: 'api_key',
  prefixes: prefixes.split(' '),
  shape,
  ...(leastEntropy === undefined ? {} : { leastEntropy }),
});
const token = (prefixes: string, shape: RegExp): SecretShape => ({
  type: 'token',
  prefixes: prefixes.split(' '),
  shape,
});

export const SECRET_SHAPES: readonly SecretShape[] = [
  key(
    'sk',
    /sk-(?:ant-(?:api|admin)\d\d-[\w-]{80,120}|(?:proj|svcacct|admin|or-v1)-[\w-]{20,200}|[A-Za-z0-9]{20,64})(?![\w-])/y,
  ),
  key('sk pk rk', /[spr]k_(?:live|test|prod)_[A-Za-z0-9]{10,99}(?!\w)/y),
  key('AK AS A3 AB AC', /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?!\w)/y),
  key('AB', /ABSK[A-Za-z0-9+/]{109,269}={0,2}/y),
  key('be', /bedrock-api-key-[A-Za-z0-9+/=]{20,2000}/y),
  key('AI', /AIza[\w-]{35}(?![\w-])/y),
  key('gh', /gh[pousr]_[A-Za-z0-9]{36,255}(?!\w)/y),
  key('gi', /github_pat_\w{22,255}(?!\w)/y),
  key('gl', /gl(?:pat|ptt|rt|cbt|dt|ft|soat|imt|agent|oas)-[\w-]{20,64}(?![\w-])/y),
  token('xo xa', /xox[abeoprs]-[A-Za-z0-9-]{10,250}/y),
  token('xa', /xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,100}/y),
  key('hf', /hf_[A-Za-z]{34}(?!\w)/y),
  key('ap', /api_org_[A-Za-z]{34}(?!\w)/y),
  key('np', /npm_[A-Za-z0-9]{36}(?!\w)/y),
  key('py', /pypi-AgEIcHlwaS5vcmc[\w-]{50,1000}/y),
  key('SG', /SG\.[\w-]{16,32}\.[\w-]{16,64}(?![\w-])/y),
  key('SK AC', /(?:SK|AC)[0-9a-f]{32}(?!\w)/y),
  key('gs', /gsk_[A-Za-z0-9]{40,60}(?!\w)/y),
  key('pp', /pplx-[A-Za-z0-9]{40,60}(?!\w)/y),
  key('xa', /xai-[A-Za-z0-9]{60,100}(?!\w)/y),
  key('r8', /r8_[A-Za-z0-9]{37}(?!\w)/y),
  key('nv', /nvapi-[\w-]{60,80}(?![\w-])/y),
  key('ls', /ls(?:v2_(?:pt|sk)|__)_[a-f0-9]{32}(?:_[a-f0-9]{10})?(?!\w)/y),
  key('pc', /pcsk_[A-Za-z0-9_]{50,90}(?!\w)/y),
  key('tv', /tvly-[A-Za-z0-9-]{20,60}(?!\w)/y),
  key('fw', /fw_[A-Za-z0-9]{22,30}(?!\w)/y),
  key('sh', /shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}(?!\w)/y),
  key('sq', /sq0(?:atp|csp)-[\w-]{22,43}(?![\w-])/y),
  key('EA', /EAA(?:A[\w-]{60}|[A-Za-z0-9]{100,250})(?![\w-])/y),
  key('do', /do[opr]_v1_[a-f0-9]{64}(?!\w)/y),
  key('dp', /dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9]{40,44}(?!\w)/y),
  key('du', /duffel_(?:test|live)_[\w-]{43}(?![\w-])/y),
  key('fl', /fly?v1_[\w+/=-]{100,1000}/y),
  key('Fl', /FlyV1 fm\d[ar]_[\w+/=-]{80,1000}/y),
  key('gr', /grafana_[A-Za-z0-9]{20,60}(?!\w)/y),
  key('gl', /gl(?:c|sa)_[A-Za-z0-9+/_]{32,400}={0,2}/y),
  key('hv', /hv[sbr]\.[\w-]{24,300}(?![\w-])/y),
  key('li', /lin_api_[A-Za-z0-9]{40}(?!\w)/y),
  key('se', /secret_[A-Za-z0-9]{43}(?!\w)/y),
  key('nt', /ntn_[A-Za-z0-9]{40,60}(?!\w)/y),
  key('Do', /DockerHub_[A-Za-z0-9]{30,60}/y),
  key('dc', /dckr_pat_[\w-]{27}(?![\w-])/y),
  key('da', /dapi[a-f0-9]{32}(?:-\d)?(?!\w)/y),
  key('PM', /PMAK-[a-f0-9]{24}-[a-f0-9]{34}(?!\w)/y),
  key('ru', /rubygems_[a-f0-9]{48}(?!\w)/y),
  key('sn', /sntry[su]_[A-Za-z0-9+/=_-]{60,300}/y),
  key('xk', /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}(?!\w)/y),
  key('pu', /pul-[a-f0-9]{40}(?!\w)/y),
  key('ke', /key-[a-f0-9]{32}(?!\w)/y),
  key('AG', /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/y),
  key('ey', /eyJrIjoi[A-Za-z0-9+/]{60,400}={0,2}/y),
  token('ey', /ey[A-Za-z0-9_-]{10,2000}\.ey[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}(?![\w-])/y),
  token('ya', /ya29\.[\w-]{30,300}/y),
  key('T3', /T3BlbkFJ[A-Za-z0-9]{20,}/y),
  key('PR', /PRIVATE-[A-F0-9]{32}(?!\w)/y),
  key('al', /ald_[A-Za-z0-9]{24,64}(?!\w)/y),
];
