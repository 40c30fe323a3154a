/** Words of judging weaknesses, of taking texts apart and of what is asked about, by topic: topic-words.ts. */
export const WORK_WORDS = {
  weakness: `
    vulnerability vulnerabilities vulnerable exploit exploits exploited exploitable exploitation cve cves cwe cvss
    zero_day owasp injection sql_injection sqli command_injection code_injection xss cross_site csrf ssrf xxe idor rce
    remote_code lfi rfi path_traversal directory_traversal buffer_overflow heap_overflow use_after integer_overflow
    format_string toctou deserialization prototype_pollution open_redirect clickjacking privilege_escalation
    escalate_privileges broken_access authentication_bypass auth_bypass insecure insecurely unsafe unsanitized
    unvalidated security_hole security_holes security_flaw security_flaws security_issue security_issues security_risk
    security_risks security_bug security_review security_audit security_assessment security_problems security_concerns
    weaknesses attack_surface attack_vector attack_vectors threat_model threat_modeling threat_modelling stride
    abuse_case misconfiguration misconfigured hardcoded_credentials exposed_secrets is_secure secure_enough how_secure
    safe_from reentrancy penetration_test penetration_testing pentest pentester pentesting bug_bounty red_team
    red_teaming vulnerability_scan sast dast 漏洞 注入 越权 提权 绕过 溢出 反序列 未授权 弱口令 安全隐 安全问题 安全漏
    安全风 安全吗 安全审 代码审计 攻击面 攻击者 攻击链 威胁建 渗透 渗透测 红队 风险点 隐患 有没有漏 能不能被 会不会被
    加固`,
  attack: `
    hack hacks hacked hacker hackers hacking attack attacks attacker attackers attacking malware virus_on trojan
    worm_that ransomware spyware adware rootkit keylogger backdoor botnet payload payloads shellcode reverse_shell
    bind_shell webshell meterpreter metasploit msfvenom cobalt_strike mimikatz bloodhound burp burp_suite nmap nessus
    nikto sqlmap hydra hashcat john_the gobuster wireshark aircrack kali kali_linux ctf hackthebox hack_the tryhackme
    brute_force bruteforce password_cracking crack_the credential_stuffing password_spraying kerberoasting
    lateral_movement persistence_mechanism exfiltrate exfiltration ddos dos_attack mitm spoof spoofed spoofing
    arp_spoofing sniff sniffing evil_twin deauth phish phishing spear_phishing vishing smishing social_engineering
    pretexting obfuscated obfuscate deobfuscate evade_detection bypass_av antivirus_bypass edr_bypass sandbox_escape
    mitre mitre_att threat_actor threat_actors lazarus 黑客 攻击 入侵 木马 病毒文件 勒索 后门 挖矿 肉鸡 爆破 暴力破 撞库
    脱库 钓鱼 社工 逆向 免杀 抓包分 劫持 横向移 内网渗 反弹 恶意 恶意软 恶意代`,
  defence: `
    firewall firewalls waf ids ips_rules siem splunk_query soc_analyst soc incident_response incident_responder
    forensics forensic memory_dump ioc iocs indicators_of yara sigma_rule snort suricata edr xdr dlp zero_trust
    least_privilege hardening harden patch_management cybersecurity cyber_security cyber_attack cyberattack infosec
    information_security security_team security_engineer security_analyst security_expert security_controls
    security_policy security_headers csp_header nist pci_dss hipaa gdpr_compliance compliance_audit risk_assessment
    risk_register data_breach breach breached leaked leak_of compromised compromise suspicious suspicious_activity
    unauthorized unauthorised anomalous login_attempts failed_logins failed_password mfa two_factor sso saml oauth
    openid jwt access_token refresh_token session_token api_key api_keys secrets_in password passwords password_hash
    bcrypt salted encryption encrypt encrypted decrypt aes rsa elliptic_curve public_key private_key certificate
    certificates tls ssl pki hmac signature_verification hash_function cryptography cryptographic spf dkim dmarc
    vpn_security 防火墙 入侵检 应急响 溯源 取证 告警 等保 合规 审计 风险评 数据泄 泄露 泄漏 可疑 异常登 被盗 盗号 双因素
    加密 解密 密钥 证书 签名验 令牌 密码强 网络安 信息安 安全策 安全加 隐私保`,
  fraud: `
    scam scams scammer scammed fraud fraudulent fraudster phishing_email suspicious_email suspicious_link fake_website
    fake_profile legit legitimate too_good wire_transfer gift_cards verify_your click_here account_suspended
    your_account urgent_action lottery inheritance prince crypto_scam romance_scam identity_theft money_mule red_flag
    red_flags 诈骗 骗局 骗子 骗人 被骗 是不是骗 靠谱吗 真的假的 可信 钓鱼邮 钓鱼短 刷单 中奖 冒充 验证码 转账 安全账户
    杀猪盘`,
  take_out: `
    extract extracts extracted extracting extraction pull_out list_all list_every identify_all name_all get_all
    collect_the capture_the retrieve_the fill_in fill_out fields field_names key_value entities named_entities
    named_entity entity_recognition names_of dates_and phone_numbers phone_number email_addresses addresses
    invoice_number order_number total_amount due_date line_items table_from structured_data structured_format
    structured_output unstructured into_json as_json to_json in_json json_format json_object json_array valid_json
    json_schema return_json output_json only_json in_table table_format csv_with in_csv transcript_below mentioned_in
    listed_in stated_in contained_in action_items decisions_made keywords_from key_phrases key_facts quotes_from
    given_context 提取 抽取 摘录 摘抄 列出所有 找出所有 找出文 圈出 整理成表 整理为 转成表 转为表 填入 字段 实体 人名
    地名 机构名 日期和 金额 电话号 关键词 关键信 结构化 待办 行动项`,
  sort_out: `
    classify classifies classification_of categorize categorise categorized category_of into_categories into_groups
    group_these sort_these label_the label_each labels_are tag_each tags_for sentiment sentiments sentiment_analysis
    positive_negative positive_or negative_or neutral spam_or is_spam not_spam toxic hate_speech intent_of intents
    topic_of which_category belongs_to options_are possible_labels multi_label entailment contradiction_or paraphrase_or
    duplicates duplicate_question same_meaning rate_the score_each rate_each star_rating stars stars_out urgency
    priority_of ticket tickets feedback_into reviews_into 分类 归类 归为 打标签 打标 标注 情感分 情感倾 正面 负面 中性
    好评 差评 判断情 属于哪 哪一类 属于以下 意图 是否垃圾 类别 划分 分组 评分 打分 优先级`,
  sum_up: `
    summarize summarise summarizes summarized summarizing summary summaries summarization sum_up tldr tl_dr gist
    main_points main_point main_idea main_ideas key_points key_takeaways takeaways key_findings highlights condense
    condensed shorten_to digest recap synopsis abstract_of bullet_summary minutes_from boil_down distill meeting_notes
    article_below text_below passage_below following_article following_text following_passage following_paragraph
    following_transcript following_email following_abstract this_article this_passage this_paragraph this_transcript
    this_paper this_abstract this_document this_thread this_conversation video_transcript 总结一下 总结这 总结下面
    总结以下 总结文 概括 概述 归纳 提炼 摘要 要点 中心思 主要内 核心观 一句话总 缩成 浓缩 这篇文 这段话 这段文 以下文
    以下内 下面这 下文 上文 原文 会议记 聊天记 录音`,
  translate: `
    translate translates translated translating translation translations translator into_english into_french
    into_spanish into_german into_chinese into_japanese into_korean into_italian into_portuguese into_russian
    into_arabic into_hindi to_english to_french to_spanish to_german to_chinese to_japanese to_korean to_italian
    to_portuguese to_russian to_arabic to_hindi to_latin to_turkish to_polish to_dutch to_swedish to_greek to_hebrew
    to_persian to_vietnamese to_thai to_indonesian from_english from_chinese from_spanish from_french from_german
    from_japanese transliterate transcribe transcription subtitles 翻译 译成 译为 翻成 翻译成 翻译为 英译中 中译英 译文
    英文翻 中文翻 用英语怎 用英文怎 日语翻 字幕`,
  tongue: `
    english french spanish german italian portuguese russian chinese mandarin cantonese japanese korean arabic hindi
    turkish polish dutch swedish norwegian danish finnish greek hebrew persian farsi urdu bengali punjabi tamil
    vietnamese thai indonesian malay swahili latin esperanto ukrainian czech hungarian romanian bulgarian catalan basque
    welsh irish_language grammar verb verbs noun nouns adjective adjectives adverb adverbs pronoun pronouns preposition
    conjugate conjugation tense past_tense present_perfect subjunctive plural_of singular gender_of declension dative
    accusative nominative idiom idioms proverb proverbs synonym synonyms antonym antonyms vocabulary etymology
    pronunciation pronounce accent dialect slang phoneme phonetic syllable linguistics linguistic morphology syntax_of
    semantics meaning_of word_for words_that difference_between 英语 英文 日语 韩语 法语 德语 语法 时态 动词 名词 形容词
    介词 从句 虚拟语 单词 词汇 近义词 反义词 同义词 发音 口语 方言 普通话 粤语 成语 谚语 俗语 歇后语 造句 词义 区别`,
  given_text: `
    following_sentence following_sentences following_list following_review following_reviews following_statement
    following_question following_questions following_dialogue following_conversation following_table following_data
    following_code following_function following_log following_logs following_prompt following_scenario
    following_information below_text text_is here_is here_are below_is input_text input output output_format
    expected_output context question passage paragraph paragraphs excerpt article transcript abstract document documents
    review reviews customer_review comment comments tweet_below statement statements sentence sentences speaker
    interviewer interviewee narrator_says breaking_news reuters associated_press said_on plaintiff defendant appellant
    herein hereby pursuant whereas lessee lessor witness_whereof 输入 输出 示例 例如 例子 上下文 背景 要求 题目 问题
    文章 段落 句子 评论 回答 答案 选项 材料 正文 附件 原话 记者 报道 本报讯 新华社 甲方 乙方 第一条 第二条`,
  ask_list: `
    list_of list_the list_some top_ten top_five ten_best best_way ways_of examples_of example_of some_examples give_some
    give_examples name_three name_five name_some suggest_some some_ideas ideas_for ideas_about ideas_on brainstorm
    brainstorming tips_for tips_on tips_to steps_to steps_for guide_to guide_on guide_for checklist types_of kinds_of
    different_types options_for alternatives_to recommendations_for recommend_me recommend_some recommend_a suggest_me
    suggest_a suggestions_for things_to places_to pros_and advantages_and advantages_of disadvantages benefits_of
    drawbacks comparison_of compare_the plan_for schedule_for itinerary meal_plan workout_plan study_plan roadmap
    learning_path routine 有哪些 列举 推荐几 推荐一 推荐下 给我推 几个建 一些建 建议 方法 技巧 注意事 步骤 攻略 清单
    排行 前十 十大 优缺点 优势 利弊 好处 坏处 对比 比较一 计划表 学习计 训练计 行程 安排 方案有`,
  ask_about: `
    what_is what_are what_does what_do what_happens what_would what_if what_causes what_made why_do why_did why_are
    why_does why_was how_does how_do how_did how_is how_are how_can how_to how_should how_come who_is who_was
    who_invented who_wrote when_did when_was where_is where_can where_did which_is which_one is_it is_there are_there
    can_i should_i would_it do_i does_it did_the has_anyone explain_the explain_how explain_why explain_what explain_to
    describe_the describe_how define definition_of teach_me i_wonder wondering curious your_opinion your_thoughts
    thoughts_on believe_that elaborate_on discuss discuss_the impact_of effect_of effects_of importance_of
    significance_of history_of origin_of relationship_between overview_of introduction_to basics_of 是什么 什么是 为什么
    为何 怎么办 怎么样 如何看 怎么看 怎么做 怎样 如何 可以吗 要不要 是否 哪个 哪种 哪里 什么时候 解释 介绍一 讲讲 说说
    讲一下 说一下 谈谈 科普 原理 含义 意思 你觉得 你认为 原因 影响 意义 区别是 关系 起源 来历`,
} as const;
