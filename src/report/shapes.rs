//! What secrets look like when nothing else is known of them: the shapes of the tokens that services hand out.

/// Tokens that are masked whole.
pub(super) const TOKENS: [&str; 92] = [
    // clouds
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
    r"ABSK[A-Za-z0-9+/]{40,}={0,2}",
    r"AIza[0-9A-Za-z_-]{35}",
    r"ya29\.[0-9A-Za-z_-]{20,}",
    r"GOCSPX-[0-9A-Za-z_-]{20,}",
    r"1//0[0-9A-Za-z_-]{30,}",
    r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",
    r"LTAI[A-Za-z0-9]{12,24}",
    r"AKID[A-Za-z0-9]{28,36}",
    r"do[por]_v1_[a-f0-9]{40,}",
    r"HRKU-[A-Za-z0-9_-]{30,}",
    r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}",
    r"cf(?:ut|at|k)_[A-Za-z0-9]{30,}",
    r"FlyV1 fm[12]_[A-Za-z0-9+/=,_-]{20,}",
    r"fo1_[A-Za-z0-9_-]{30,}",
    r"nfp_[A-Za-z0-9]{30,}",
    r"vercel_blob_rw_[A-Za-z0-9_]{20,}",
    r"vc[pkira]_[A-Za-z0-9]{40,}",
    r"rnd_[A-Za-z0-9]{28,}",
    r"pul-[a-f0-9]{40}",
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}",
    r"hv[sbr]\.[A-Za-z0-9_-]{20,}",
    r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{30,}",
    r"dapi[a-f0-9]{32}(?:-[0-9])?",
    r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,}",
    r"sbp_[a-f0-9]{40}",
    r"sb_secret_[A-Za-z0-9_-]{20,}",
    r"tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9_-]{16,}",
    r"ops_eyJ[A-Za-z0-9_-]{40,}",
    r"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
    r"scw_[A-Za-z0-9-]{32,}",
    // code and packages
    r"gh[pousr]_[A-Za-z0-9_.-]{20,}",
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct|wt)-[A-Za-z0-9_=.-]{16,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-[A-Za-z0-9_-]{40,}",
    r"cio[A-Za-z0-9]{32}",
    r"rubygems_[a-f0-9]{40,}",
    r"oy2[a-z0-9]{43}",
    r"CLOJARS_[a-z0-9]{50,}",
    r"dckr_[po]at_[A-Za-z0-9_-]{20,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"api_org_[A-Za-z0-9]{30,}",
    r"AT(?:ATT3|CTT3|BB)[A-Za-z0-9_=-]{20,}",
    r"CCIPAT_[A-Za-z0-9_]{20,}",
    r"bkua_[a-z0-9]{30,}",
    r"sq[apu]_[a-f0-9]{40}",
    r"AKCp[A-Za-z0-9]{40,}",
    r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    r"sntry[su]_[A-Za-z0-9+/=_-]{40,}",
    r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}",
    r"ntn_[A-Za-z0-9]{40,}",
    r"secret_[A-Za-z0-9]{43}",
    r"figd_[A-Za-z0-9_-]{30,}",
    r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    r"pnu_[a-z0-9]{36}",
    r"glc_[A-Za-z0-9+/=]{32,}",
    r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}",
    r"NR(?:AK|II|JS|RA)-[A-Za-z0-9_-]{19,}",
    r"dt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    // models
    r"sk-(?:proj|svcacct|admin|ant|or|lf)-[A-Za-z0-9_-]{16,}",
    r"sk-[A-Za-z0-9]{20,}",
    r"gsk_[A-Za-z0-9]{40,}",
    r"xai-[A-Za-z0-9]{40,}",
    r"pplx-[A-Za-z0-9]{40,}",
    r"r8_[A-Za-z0-9]{37,}",
    r"sk_[a-f0-9]{48}",
    r"lsv2_(?:pt|sk)_[a-f0-9_]{32,}",
    r"pcsk_[A-Za-z0-9_]{40,}",
    r"tvly-[A-Za-z0-9-]{20,}",
    // messages and mail
    r"xox[abceoprs](?:\.xox[bp])?-[A-Za-z0-9-]{10,}",
    r"xapp-[0-9]-[A-Za-z0-9-]{10,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    r"SK[a-f0-9]{32}",
    r"AC[a-f0-9]{32}",
    r"(?:pub)?key-[a-f0-9]{32}",
    r"[a-f0-9]{32}-us[0-9]{1,2}",
    r"xkeysib-[a-f0-9]{40,}-[A-Za-z0-9]{16}",
    r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}",
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,34}",
    r"[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}",
    r"EAA[A-Za-z0-9]{60,}",
    // money
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",
    r"whsec_[A-Za-z0-9+/=]{20,}",
    r"shp(?:at|ca|pa|ss|tka)_[a-fA-F0-9]{32}",
    r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,43}",
    r"EAAA[A-Za-z0-9_-]{56,}",
    r"access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}",
    r"FLW(?:SEC|PUB)K(?:_TEST)?-[A-Za-z0-9]{12,}(?:-X)?",
    r"(?:duffel|shippo)_(?:test|live)_[A-Za-z0-9_=-]{30,}",
    r"EZ[AT]K[A-Za-z0-9]{54,}",
    // anything signed
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}",
];

/// What stands around a secret, and the secret as what follows the group; each with words, one of which such a text must hold.
pub(super) const KEYED: [(&[&str], &str); 10] = [
    (&["://"], r#"([a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@"'<>]{0,200}:)[^\s/@"'<>]{1,500}@"#),
    (&["://"], r"(https?://)[A-Za-z0-9_-]{16,200}@"),
    (
        &["authorization"],
        r"(?i)((?:authorization)['\x22]?\s{0,4}[:=]\s{0,4}['\x22]?(?:[a-z0-9-]{2,20}\s{1,4})?)[^\s'\x22,;]{6,}",
    ),
    (&["bearer", "ssws"], r"(?i)(\b(?:bearer|ssws)\s{1,4})[A-Za-z0-9._~+/=-]{12,}"),
    (&["basic"], r"(?i)(\bbasic\s{1,4})[A-Za-z0-9+/]{12,}={0,2}"),
    (
        &["password", "pwd", "key"],
        r"(?i)((?:\bpassword|\bpwd|accountkey|sharedaccesskey|sharedsecretkey|\baccess_?key)\s{0,2}=\s{0,2})[^\s;'\x22&]{3,}",
    ),
    (
        &["="],
        r"([?&;](?:sig|signature|X-Amz-Signature|X-Amz-Security-Token|access_token|token|api_?key|key|client_secret|code)=)[A-Za-z0-9%._~+/=-]{8,}",
    ),
    (&["hooks.slack.com"], r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/)[A-Za-z0-9/_-]{10,}"),
    (&["api/webhooks"], r"(?i)(discord(?:app)?\.com/api/webhooks/[0-9]{5,}/)[A-Za-z0-9_-]{20,}"),
    (
        &["x-api-key", "token", "cookie"],
        r"(?i)((?:x-api-key|x-auth-token|x-vault-token|private-token|set-cookie|\bcookie)['\x22]?\s{0,4}:\s{0,4}['\x22]?)[^\s'\x22,][^'\x22\r\n]{5,}",
    ),
];

/// A name that promises a secret, a sign, and a value; the value still has to look like one.
pub(super) const ASSIGNED: (&[&str], &str) = (
    &["secret", "token", "passw", "passphrase", "key", "credential"],
    r#"(?i)([a-z0-9_.-]{0,40}(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|auth[_-]?key|credentials?|encryption[_-]?key|signing[_-]?key)(?:[_-]?(?:id|key|value))?\\?["']?\s{0,4}(?::|=>?|:=)\s{0,4}\\?["']?)([^\s"'\\,;&<>(){}\[\]]{8,500})"#,
);

/// The fewest letters, digits and signs in a row that may be a token.
pub(super) const SHORTEST_TOKEN: usize = 16;

/// A private key in armour, whole or with one end missing.
pub(super) const ARMOUR: &str = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?s:.)*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\z)";
pub(super) const ARMOUR_END: &str = r"(?:[A-Za-z0-9+/=]{16,76}(?:\s|\\n|\\r){1,4}[ |>E]{0,12}){0,200}(?:[A-Za-z0-9+/=]{1,76}(?:\s|\\n|\\r){1,4}[ |>E]{0,12})-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----";
