/**
 * Words by what they say about a request, in the seven languages of the training data. The learned layer weighs the
 * groups and their order; a word in a group is no rule. `_` joins words that mean something only together.
 * Written without accents and in lower case, as fold-characters.ts leaves texts; ideographs, kana and hangul are looked
 * up as runs of two or three characters, so longer entries of those scripts count by their first three.
 */
export const LEXICON = {
  write:
    'write draft compose pen author craft writing written drafting schreib schreibe schreiben schreibt verfasse verfassen formuliere ' +
    'formulier entwirf ecris ecrire ecrivez redige rediger redigez redigeme escribe escribir escribeme escriba redacta redactar ' +
    'redactame 写一 写个 写篇 写封 写首 写段 撰写 帮我写 代写 起草 拟一 拟个 写出 寫一 寫封 寫篇 書いて 執筆 作文 を書 써줘 써 작성 적어',
  make:
    'create make generate build develop design produce prepare construct come_up creating making building need_a give_me show_me ' +
    'erstelle erstell erstellen baue bau mach mache generiere entwickle brauche cree creer creez fais faire genere generer ' +
    'crea crear haz hazme hacer genera generar necesito disena elabora 生成 创建 制作 设计 做一 做个 弄一 整一 开发 搭建 ' +
    '給我 给我 作って 作成 生成 作りた 만들 생성 개발 짜줘',
  rewrite:
    'rewrite rephrase paraphrase polish proofread reword shorten improve edit tone wording rework tighten smoother friendlier ' +
    'umschreiben umformulieren kurzen korrigiere korrigier verbessere freundlicher formeller reformule reformuler corrige corriger ' +
    'ameliore raccourcis reescribe reescribir mejora corrige corregir acorta 改写 润色 修改 改得 改成 改一 改短 语气 优化一 精简 潤色 改寫 ' +
    '書き直 推敲 添削 直して 言い換 校正 다듬 고쳐 바꿔줘 교정 수정',
  build:
    'implement debug refactor compile deploy install configure parse fix optimize optimise run execute automate scrape convert migrate ' +
    'integrate test mock render fetch loop iterate sort validate connect upgrade import export rename append uninstall append ' +
    'implementiere implementieren debugge kompilieren installieren parsen beheben konfigurieren fixen implemente implementer ' +
    'corriger installer compiler deployer configurer implementa implementar depurar instalar compilar desplegar 实现 调试 部署 编译 ' +
    '安装 配置 报错 爬取 封装 重构 优化 运行 实现一 除錯 實作 安裝 部署 実装 デバッ 直し方 インスト リファク 動かな 구현 디버 설치 배포 오류 고치 에러',
  extract:
    'extract summarize summarise summary summarizing translate translation classify categorize categorise tag label tldr tl_dr gist ' +
    'tabulate transcribe condense key_points keypoints takeaways sentiment pull_out list_all entities fields highlights digest recap ' +
    'group_these sort_these bullet_points action_items ubersetze ubersetz ubersetzen ubersetzung fasse zusammenfassen zusammenfassung ' +
    'extrahiere klassifiziere ordne stichpunkte resume resumer resumez traduis traduire traduisez traduction extrais classe classer ' +
    'resumen resumir traduce traducir traduzca traduccion extrae extraer clasifica clasificar etiqueta 总结 摘要 概括 翻译 译成 译为 ' +
    '提取 分类 归类 抽取 列出 找出 归纳 提炼 整理成 要点 摘录 標籤 翻譯 總結 擷取 分類 要約 まとめ 翻訳 訳して 抽出 分類 英訳 和訳 요약 번역 추출 분류 정리 뽑아',
  given:
    'following below above attached this_text this_article this_passage this_email these passage transcript paragraph paste pasted ' +
    'quoted excerpt given document here_is heres the_text minutes folgende folgenden folgendem untenstehende anbei text dieser diesen ' +
    'suivant suivante suivants ci_dessous joint texte siguiente siguientes adjunto texto abajo 以下 下面 下列 这段 这篇 这封 上面 上述 附件 ' +
    '原文 文本 這段 這篇 以下の 次の 下記 この文 この記 添付 다음 아래 위의 첨부 이 글 본문',
  compute:
    'calculate compute solve prove derive evaluate simplify estimate determine work_out figure_out calc solution proof calculation ' +
    'show_that find_the add_up convert how_long berechne berechnen rechne lose losen beweise ausrechnen ermittle ermitteln bestimme ' +
    'calcule calculer calculez resous resoudre demontre demontrer determine determiner prouve calcula calcular resuelve resolver ' +
    'demuestra determina halla 计算 求解 证明 算一 算出 求证 推导 解方 估算 等于多 求 换算 計算 求め 証明 解いて いくつ いくら 何個 何人 何分 ' +
    '계산 구하 풀어 증명 몇 명 얼마',
  howmany:
    'how_many how_much how_far how_old how_fast what_percent percent percentage ratio probability odds chance average mean median total ' +
    'sum difference per wie_viel wie_viele wieviel wieviele prozent wahrscheinlichkeit durchschnitt combien pourcentage probabilite ' +
    'moyenne cuanto cuantos cuanta cuantas porcentaje probabilidad promedio 多少 几个 几天 几年 概率 百分 平均 总共 一共 几人 幾個 機率 確率 平均 合計 ' +
    '割合 何円 何通 확률 평균 몇개 합계 몇 퍼센',
  maths:
    'equation integral derivative matrix theorem triangle circle vector polynomial logarithm algebra geometry calculus arithmetic ' +
    'prime integer integers divisible factorial permutation permutations combinations variance deviation regression hypothesis ' +
    'eigenvalue determinant inequality sequence series limit function_f modulo remainder quotient fraction digits square root cube ' +
    'angle radius diameter area volume perimeter hypotenuse velocity acceleration force mass energy voltage resistance current mol ' +
    'moles molar molarity concentration ph equilibrium torque pressure gleichung integral ableitung matrix dreieck kreis flache ' +
    'volumen winkel bruch ungleichung geschwindigkeit equation integrale derivee triangle cercle vecteur aire vitesse ecuacion ' +
    'derivada triangulo circulo velocidad area fraccion 方程 积分 导数 矩阵 三角形 圆 面积 体积 函数f 数列 极限 不等式 质数 整除 余数 速度 方差 ' +
    '向量 概率 排列 组合 逻辑题 鸡兔 物体 质量 电阻 浓度 積分 微分 方程式 行列 面積 体積 素数 数列 三角 確率 방정식 적분 미분 행렬 면적 부피 삼각 수열 확률 ' +
    'lemma corollary matrices eigenvalues eigenvectors integrate differentiate gradient jacobian laplace fourier ' +
    'convolution topology manifold subspace orthogonal convergent converges diverges bounded continuous differentiable ' +
    'injective surjective modulo congruence gcd lcm binomial poisson gaussian expectation posterior markov entropy ' +
    'thermodynamics enthalpy newton joule joules watt watts volt volts ohm ohms kinetic momentum friction pulley wavelength ' +
    'refractive orbit nash elasticity npv coupon rhombus parabola ellipse hyperbola tangent incline beam_span truth_table ' +
    'karnaugh recurrence bernoulli 求导 极值 最大值 最小值 切线 抛物线 椭圆 双曲线 圆锥 期望 标准差 置信 贝叶斯 级数 收敛 特征值 行列式 微分 二重积 真值表 归纳法 反证 相遇 动能 电容 电压 ' +
    '功率 摩擦力 加速度 弯矩 扬程 折现率 净现值 月供 年化',
  quantity:
    'km kg meters metres miles mph hours minutes seconds days weeks months years dollars euros cents pounds liters litres gallons grams ' +
    'inches feet cm mm celsius fahrenheit apr interest loan mortgage invest invested principal compounded annuity payment salary tax ' +
    'discount price cost costs rate half third twice double dozen each apiece remaining left_over altogether stunden tage jahre euro ' +
    'zinsen kredit rabatt preis liter meter kosten heures jours euros taux interet prix litres horas dias anos euros interes precio ' +
    'prestamo litros metros 公里 小时 公斤 元 分钟 利率 本金 折扣 单价 利息 贷款 天 岁 打折 每天 每人 每小时 時間 円 メートル 利息 キロ 個 人 시간 원 이자 할인 개 명 미터',
  puzzle:
    'riddle puzzle sudoku logic knights knaves liar liars truth weighing coins marbles dice cards deck socks hats balls urn bag boxes ' +
    'doors prisoners chess ages older younger next_number sequence brother sister siblings deduce ratsel logik wurfel kugeln karten ' +
    'enigme enigmes des boules logique acertijo logica dados bolas 逻辑 推理 谜题 说谎 骰子 球 硬币 抽到 规律 下一个 数字规 猜 論理 パズル 嘘つ サイコ 嘘 ' +
    '퍼즐 논리 주사위 거짓 동전',
  language:
    'python java javascript typescript js ts c++ c# f# cpp csharp rust golang go ruby php perl kotlin swift scala haskell clojure elixir erlang ' +
    'lua matlab julia fortran cobol assembly asm bash shell powershell zsh sql plsql tsql mysql postgres postgresql sqlite mongodb ' +
    'nosql html css scss sass less xml yaml yml toml vba vbs vb vbscript visual_basic applescript awk sed regex regexp latex tex ' +
    'solidity verilog vhdl systemverilog dart delphi pascal lisp scheme ocaml prolog abap apex graphql cypher dax gdscript cuda ' +
    'opencl glsl hlsl wgsl objective_c nix ahk autohotkey autoit arduino jquery xpath xaml wasm 正则 脚本 パイソン 정규식 파이썬 자바 정규표',
  library:
    'react reactjs angular vue vuejs svelte nextjs next_js nuxt django flask fastapi spring springboot boot express expressjs node nodejs ' +
    'node_js npm yarn pnpm pip conda docker dockerfile docker_compose kubernetes k8s kubectl helm terraform ansible jenkins github ' +
    'gitlab git nginx apache linux ubuntu debian windows aws azure gcp lambda s3 ec2 firebase supabase redis kafka rabbitmq ' +
    'elasticsearch pandas numpy scipy sklearn scikit pytorch tensorflow keras jax huggingface transformers langchain llamaindex ' +
    'matplotlib seaborn plotly ggplot ggplot2 dplyr tidyverse shiny streamlit gradio opencv pygame unity unreal godot qt pyqt tkinter ' +
    'swiftui uikit jetpack android ios xcode flutter laravel symfony drupal wordpress woocommerce rails selenium playwright ' +
    'puppeteer beautifulsoup scrapy pytest jest junit webpack vite babel eslint prisma sequelize hibernate entity_framework ef dotnet ' +
    'asp blazor winforms wpf openxml ffmpeg systemd cron crontab prometheus promql grafana spark databricks airflow dbt snowflake ' +
    'bigquery clickhouse duckdb excel google_sheets power_bi powerbi tableau vlookup xlookup sumif sumifs pivot tailwind bootstrap ' +
    'threejs three_js d3 webgl opengl vulkan raspberry esp32 stm32 ros maven gradle cmake makefile llvm gcc clang msvc vscode vim ' +
    'neovim emacs tmux ssh rclone rsync discord_py telegram_bot twilio stripe oauth jwt grpc websocket websockets mqtt sketchup ' +
    'blender after_effects faiss autogen jpa mybatis springmvc 微信小程 小程序 树莓派 单片机 表格公 エクセル スプレッ 엑셀 스프링 리액트 도커 시트 ' +
    'seaborn gradio nanogpt tailscale wireguard polars dask xgboost lightgbm catboost optuna mlflow wandb onnx tensorrt ' +
    'vllm ollama llama gguf lora qlora peft deepspeed pinecone chroma weaviate milvus qdrant pgvector nestjs remix astro ' +
    'sveltekit solidjs htmx zustand redux rxjs trpc apollo drizzle typeorm mongoose fastify koa hono deno electron tauri ' +
    'capacitor ionic cordova expo react_native retrofit maui xamarin signalr efcore hangfire celery prefect dagster nifi ' +
    'flink hadoop hive hbase cassandra mariadb mssql ssms ssis ssrs sap hana fiori ui5 salesforce servicenow sharepoint ' +
    'power_automate power_apps power_query apps_script n8n home_assistant esphome node_red openwrt proxmox truenas vmware ' +
    'esxi hyperv active_directory openssl certbot traefik caddy haproxy envoy istio argocd kustomize packer vagrant puppet ' +
    'cloudformation cdk serverless cognito dynamodb sqs ecs fargate eks gke cloudflare vercel netlify heroku flask_app ' +
    'pyspark sympy networkx geopandas arcpy qgis postgis leaflet mapbox folium d3js chartjs echarts highcharts datatables ' +
    'jspdf puppeteer_sharp appium cypress testng mockito spock hibernate_jpa thymeleaf jsf vaadin wicket struts log4j slf4j ' +
    'jackson gson okhttp glide rxjava coroutine coroutines swiftdata coredata metal arkit unity3d unrealengine phaser ' +
    'pixijs babylonjs sfml sdl raylib imgui boost_asio eigen openmp mpi cuda_kernel vtk itk ros2 gazebo simulink labview ' +
    'proteus keil mplab platformio zephyr freertos yocto buildroot uboot systemverilog_uvm uvm vivado quartus kicad 鸿蒙 微服务 ' +
    '镜像 存储过 透视表 虚拟机 服务器 编译器 嵌入式 固件 前端框 中间件',
  program:
    'code function script program snippet class method api endpoint query regex app website webpage component algorithm module package ' +
    'library framework database schema backend frontend server client cli gui bot chatbot crawler scraper parser compiler macro ' +
    'formula cell column dataframe array string list_of dict dictionary hashmap struct pointer recursion recursive loop variable ' +
    'object json csv pipeline workflow unit_test unit_tests test_case test_cases dockerize migration constructor interface generic ' +
    'async await promise callback thread threads mutex socket http request requests post_request plugin extension shader kernel ' +
    'driver firmware config configuration yaml_file env repo repository commit branch merge pull_request stored_procedure trigger index ' +
    'join left_join group_by select_query flexbox grid div button navbar dropdown modal form_validation funktion skript programm ' +
    'abfrage quellcode schleife spalte zelle fonction programme requete boucle colonne cellule tableau_excel funcion programa ' +
    'codigo consulta bucle columna celda clase 代码 函数 脚本 程序 接口 数据库 算法 爬虫 查询语 正则表 组件 页面 后端 前端 公式 单元格 报表 插件 变量 ' +
    '循环 字段 表结构 索引 线程 程式 資料庫 腳本 網頁 迴圈 代碼 コード 関数 スクリ プログ クエリ 正規表 配列 マクロ セル 変数 列を シート 코드 함수 스크립 프로그 쿼리 ' +
    '배열 매크로 변수 컴포넌',
  error:
    'error errors exception traceback segfault segmentation bug bugs crash crashes crashing stack_trace undefined null nullpointer ' +
    'nullpointerexception typeerror valueerror keyerror syntaxerror importerror modulenotfounderror indexerror attributeerror ' +
    'undefined_reference cannot_find not_found failed fails failing doesnt_work not_working wont broken warning deprecated stuck ' +
    'timeout econnrefused enoent 404 500 502 cors oom deadlock race_condition leak memory_leak hangs freeze fehler fehlermeldung ' +
    'absturz geht_nicht funktioniert_nicht klappt_nicht erreur plante marche_pas ne_marche fonctionne_pas fallo no_funciona ' +
    '报错 错误 异常 崩溃 闪退 失败 不生效 不显示 卡死 超时 出错 跑不通 報錯 錯誤 エラー 例外 落ちる 動きま 表示さ 動かな 에러 오류 예외 안돼 안 돼',
  story:
    'poem poems poetry story stories novel song lyrics haiku limerick sonnet screenplay fanfic fanfiction verse rhyme rhymes ballad ode ' +
    'fairy tale bedtime monologue dialogue scene chapter villain protagonist character characters plot prologue rap parody satire ' +
    'joke jokes pun puns script_for fable myth worldbuilding backstory sci_fi dystopian fantasy detective gedicht geschichte lied ' +
    'marchen reim roman krimi poeme histoire conte chanson rimes roman scenario poema cuento historia cancion rima relato novela ' +
    '小说 故事 诗 诗歌 歌词 剧本 童话 散文 情诗 段子 笑话 对联 古诗 七言 五言 续写 人物 一首 小說 詩 劇本 童話 物語 小説 詩を 短歌 俳句 歌詞 台本 シナリ 童話 ' +
    '소설 이야기 시를 시 한 동화 가사 시나리 단편 ' +
    'backstory origin_story short_story micro_fiction plot_twist epilogue sequel fanfics couplet stanza lyric verses chorus ' +
    'rhyming quatrain epic saga quest stand_up skit sketch_comedy soliloquy dialogue_between love_letter tale tales ' +
    'narrative 短篇 长篇 玄幻 武侠 科幻 悬疑 言情 穿越 主角 男主 女主 结局 情节 章节 寓言 相声 小品 绝句 律诗 现代诗 睡前故 童谣 世界观 门派',
  document:
    'essay report letter email mail e_mail cv resume cover_letter speech toast blog blog_post article press_release proposal ad ads ' +
    'advertisement slogan tagline caption tweet linkedin instagram facebook_post newsletter bio product_description abstract thesis ' +
    'dissertation paper introduction conclusion literature_review memo statement announcement invitation invite card eulogy vows ' +
    'recommendation reference_letter complaint apology thank_you reply response_to brochure flyer white_paper case_study job_description ' +
    'headline headlines title titles copy landing_page scope_of user_stories requirements specification outline_for post message ' +
    'aufsatz bericht brief mail anschreiben lebenslauf rede artikel beitrag einladung beschwerde kundigung absage werbetext bewerbung ' +
    'gluckwunsch dissertation lettre courriel discours exposé expose article rapport invitation remerciement annonce carta correo ' +
    'ensayo informe discurso articulo invitacion anuncio 作文 文章 邮件 信 简历 求职信 演讲 稿子 文案 广告 论文 报告 朋友圈 小红书 公众号 推文 ' +
    '标题 自我介 祝福 检讨 通知 致辞 讲话稿 发言稿 申请书 标语 周报 总结报 心得 读后感 推荐信 郵件 履歷 演講 廣告 文案 自傳 メール 手紙 志望動 レポー スピー 作文 記事 ' +
    'ブログ 挨拶 お礼 お詫び 感想文 履歴書 キャッチ 投稿 案内 메일 편지 자소서 자기소 보고서 연설 블로그 기사 에세이 축사 인사말 카피 안내문 사과문 ' +
    'user_story brd prd srs functional_requirements business_plan business_case pitch pitch_deck deck slide slides ' +
    'presentation ppt pptx powerpoint lesson_plan worksheet policy procedure manual user_guide handbook sop agreement ' +
    'terms_and disclaimer faq testimonial voiceover video_script podcast narration briefing executive_summary editorial ' +
    'op_ed book_review obituary sermon petition affidavit motivation_letter personal_statement about_us mission_statement ' +
    'meta_description media_release captions hashtags status_report post_mortem grant_application statement_of job_ad ' +
    'job_posting wedding_vows condolence 策划 计划书 说明书 合同书 协议书 述职 思想汇 教案 评语 颁奖词 新闻稿 台词 旁白 种草 软文 详情页 致谢 绪论 开题 综述 介绍信 声明 倡议书 公文 ' +
    '感谢信 道歉信 情书 检讨书 悼词 家书 寄语 口播 解说词 需求规 投标书 起诉状',
  roleplay:
    'roleplay role_play pretend imagine act_as act_like you_are acting persona in_the_style in_style tell_me_a dungeon rpg dnd npc game_master ' +
    'storyteller narrator screenwriter comedian debate rollenspiel stell_dir du_bist tu_tu jeu_de imagine tu_es eres imagina actua ' +
    'juego_de 扮演 你是 假设你 假如你 模仿 风格 口吻 角色 你现在 あなたは なりき 演じ ロール 風に 역할 너는 당신은 연기 말투',
  security:
    'vulnerability vulnerabilities vulnerable exploit exploitable exploits injection xss csrf ssrf cve cves malware phishing pentest ' +
    'penetration attack attacker attackers attacks threat threats threat_model hack hacked hacker hackers ransomware backdoor trojan ' +
    'botnet brute_force privilege_escalation rce buffer_overflow hardening harden audit siem ioc iocs suspicious breach leaked ' +
    'compromised credential credentials firewall ids waf owasp nist mitre cvss severity remediation bypass sandbox_escape insecure ' +
    'unsafe secure safe_to spoofed spoofing dmarc spf dkim mfa tls cipher obfuscate deobfuscate keylogger rootkit shellcode sqli sqlmap ' +
    'nmap metasploit burp wireshark attack_surface security schwachstelle schwachstellen sicherheitslucke angriff angreifer ' +
    'sicherheit sicher phishing schadsoftware faille failles vulnerabilite attaque pirate securite hameconnage malveillant ' +
    'vulnerabilidad vulnerabilidades ataque atacante seguridad seguro malicioso 漏洞 攻击 注入 安全 渗透 钓鱼 木马 病毒 黑客 越权 后门 勒索 ' +
    '泄露 加固 审计 风险点 入侵 可疑 提权 绕过 弱口令 被黑 漏洞 釣魚 駭客 資安 脆弱性 攻撃 不正ア 侵入 フィッシ セキュリ 危険 不審 漏えい 취약 공격 해킹 피싱 ' +
    '악성 보안 침해 의심 유출 ' +
    'smuggling deserialization idor csp ctf payload payloads fuzzing exfiltrate exfiltration lateral_movement threat_actor ' +
    'apt edr mitm man_in sniffing evil_twin zero_day reverse_shell hashcat mimikatz bloodhound nessus red_team blue_team ' +
    'attack_path attack_chain abuse_cases stride prompt_injection jailbreak takeover 反序列 逆向 溢出 爆破 横向 应急 研判 挖矿 攻击面 威胁建 诈骗 骗局 ' +
    '盗刷 泄漏 等保 弱密码 重放 伪造 劫持 被盗 中招',
  judge:
    'review assess check judge rank triage legit legitimate scam fraud real_or holes weaknesses weakness flaw flaws risk risks risky ' +
    'wrong_with problem_with worry worried concern abuse misuse could_someone can_someone is_this_safe is_it_safe prufe prufen ' +
    'bewerte risiko risiken lucken verifie evalue risque risques revisa evalua riesgo riesgos 检查 审查 评估 风险 有没有问 有没有风 隐患 靠谱 ' +
    '检测 排查 研判 確認 評価 リスク 診断 大丈夫 검토 평가 위험 점검 진단 괜찮',
  advice:
    'should recommend recommendation advice advise tips ideas opinion think worth pros cons best better prefer choose suggest suggestions ' +
    'help_me_decide plan itinerary learn start_learning career diet recipe workout trip travel gift relationship boyfriend girlfriend ' +
    'husband wife boss interview sollte empfehl empfehlung tipps rat meinung lohnt besser ideen conseil conseils devrais recommande avis ' +
    'idees vaut mieux deberia consejo consejos recomienda recomendacion opinion ideas vale_la mejor 建议 推荐 怎么办 该不该 应该 值得 看法 ' +
    '怎么看 如何看 哪个好 要不要 好吗 适合 怎么选 办法 规划 攻略 心得 おすす アドバ べき どう思 どっち 相談 方がいい いいです 추천 조언 어떻게 할까 좋을까 생각 나을까',
  question:
    'what why who when where which whats whos is_it is_there are_there does did can_you do_you was warum wieso was wer wann wo welche ' +
    'welcher weshalb pourquoi qui quand ou_est quel quelle quels est_ce que_faire porque por_que quien cuando donde cual cuales ' +
    '什么 为什么 为啥 谁 哪里 哪些 哪个 吗 呢 是不是 有没有 区别 怎么 如何 什麼 為什麼 嗎 なぜ 何です とは どこ 誰 いつ どうし 違い ですか 왜 뭐 무엇 누구 언제 어디 차이 ' +
    '인가요 나요',
  explain:
    'explain describe tell_me teach understand difference compare versus vs history meaning concept overview introduction_to how_does ' +
    'how_do what_is what_are what_does define mean means example_of eli5 erklare erklar unterschied bedeutet bedeutung wie_funktioniert ' +
    'explique expliquer difference signifie comment_fonctionne explica explicar diferencia significa como_funciona 解释 介绍 讲讲 说说 含义 ' +
    '意思 原理 区别 科普 是什么 區別 說明 説明 教えて 違い 意味 仕組み 설명 알려 의미 차이 원리 뜻',
  greeting:
    'hello hi hey thanks thank lol haha bye morning evening night please_help hallo danke moin guten bonjour salut merci bonsoir hola ' +
    'gracias buenas buenos 你好 谢谢 您好 在吗 哈哈 早上好 晚安 謝謝 こんに ありが おはよ 안녕 감사 고마',
  feeling:
    'feel feeling sad lonely anxious angry happy tired bored stressed afraid love hate miss cry worried hurt ich_fuhle traurig einsam ' +
    'triste seule fatigue solo cansado triste 难过 焦虑 孤独 心情 失眠 压力 喜欢 吵架 分手 烦 悲し 不安 寂し 疲れ 辛い 우울 외로 힘들 슬퍼 불안',
  legal:
    'contract clause law legal court judge lawyer attorney liability tenant landlord lease lawsuit plaintiff defendant statute gdpr ' +
    'nda indemnity arbitration jurisdiction copyright trademark patent employment_law litigation vertrag klausel gesetz anwalt mieter ' +
    'vermieter kundigungsfrist klage haftung contrat bail loi avocat tribunal locataire contrato ley abogado arrendador inquilino ' +
    'clausula 合同 条款 法律 律师 法院 违约 起诉 劳动法 仲裁 赔偿 诉讼 甲方 乙方 租客 房东 合約 契約 条項 弁護士 裁判 賃貸 労働基 계약 조항 변호사 법원 소송 임대',
  medical:
    'patient doctor nurse symptoms symptom diagnosis dose dosage mg tablet tablets blood fever pain surgery hospital clinic chest ' +
    'disease infection antibiotic antibiotics vaccine pregnant pregnancy insulin diabetes hypertension cancer therapy discharge ecg mri ' +
    'patienten arzt symptome diagnose dosis blut fieber schmerzen krankenhaus medecin patient symptomes dose sang fievre douleur ' +
    'hopital medico paciente sintomas dosis sangre fiebre dolor 患者 医生 症状 诊断 剂量 血压 发烧 手术 医院 药 病历 糖尿病 感染 患者 症状 診断 投与 血圧 ' +
    '発熱 手術 病院 환자 증상 진단 투여 혈압 수술 병원',
  financial:
    'stock stocks bond bonds portfolio revenue profit margin ebitda balance_sheet cash_flow invoice invoices interest loan mortgage tax ' +
    'vat dividend dividends inflation budget accounting ledger depreciation amortization irr npv roi etf fund funds hedge option ' +
    'options bank investment shares equity aktie aktien zinsen umsatz gewinn steuer rechnung bilanz mehrwertsteuer action actions ' +
    'bourse impot tva facture chiffre_d benefice acciones bolsa impuesto iva factura ingresos beneficio 股票 基金 利润 营收 税 发票 贷款 ' +
    '利率 财报 资产负 现金流 毛利 投资 理财 会计 股價 株価 売上 利益 税金 請求書 決算 投資 주식 매출 이익 세금 투자 대출 회계',
  marketing:
    'marketing brand campaign seo customers audience ctr conversion funnel landing_page influencer slogan tagline newsletter promo ' +
    'promotion ad_copy launch social_media instagram tiktok target_audience b2b kampagne marke zielgruppe werbung newsletter campagne ' +
    'marque publicite cible campana marca publicidad publico 营销 品牌 广告 推广 种草 用户增 转化率 活动文 带货 客户群 銷售 品牌 マーケ ブランド 広告 ' +
    '集客 販促 마케팅 브랜드 광고 홍보 고객',
  format:
    'json table markdown bullet bullets csv columns format output step_by steps words sentences paragraphs lines one_line in_english ' +
    'only_output return_only tabelle stichpunkten format tableau tabla formato 表格 格式 字以内 字左右 输出 一句话 分点 分段 字數 箇条書 形式 文字以 表で ' +
    '字程度 표로 형식 글자 자 이내 줄로',
  everyday:
    'recipe recipes cook cooking bake baking breakfast lunch dinner meal meals snack vegan vegetarian protein calories carb ' +
    'carbs keto ingredients kitchen coffee tea wine beer restaurant food foods eat eating drink travelling vacation holiday ' +
    'tourist beach museum hiking camping flight flights hotel airport visa gym exercise exercises muscle yoga running ' +
    'marathon weight skin hair makeup clothes shoes dress outfit wedding birthday party movie movies film films music band ' +
    'singer guitar piano violin book books sport sports football soccer basketball player league garden gardening plants ' +
    'lawn tree trees dog dogs cat cats pet puppy kitten horse aquarium car cars tire brake bike bicycle motorcycle house ' +
    'apartment roof floor furniture bathroom bedroom dishwasher heating baby toddler child children kids teenager parents ' +
    'mother father school teacher homework dating marriage divorce friend friends neighbour neighbor colleague essen kochen ' +
    'urlaub reise kinder katze hund haus cuisine voyage enfant enfants maison chien chat_noir comida viaje hijo hijos casa ' +
    'perro gato 菜谱 做饭 早餐 午餐 晚餐 食谱 减肥 健身 旅游 旅行 景点 酒店 机票 孩子 宝宝 老人 爸妈 父母 老公 老婆 女朋 男朋 朋友 同事 领导 装修 买房 买车 电影 音乐 歌手 游戏 足球 篮球 宠物 小猫 ' +
    '小狗 养花 皮肤 护肤 穿搭 婚礼 生日 礼物 考研 高考 家长 感冒 睡眠 饮食 营养 锻炼 跑步 料理 旅行 子供 家族 友達 映画 여행 아이 음식 친구',
  knowledge:
    'history historical war wars empire king queen president revolution century ancient medieval roman greek religion ' +
    'christian islam buddhism philosophy philosopher plato kant nietzsche ethics moral society culture political politics ' +
    'government democracy election constitution economy economics capitalism socialism globalization climate evolution dna ' +
    'gene genes species animal animals planet planets universe galaxy stars quantum relativity gravity atom atoms molecule ' +
    'molecules electron physics chemistry biology psychology sociology geography country countries linguistics etymology ' +
    'origin phrase idiom literature shakespeare painting artist architecture theory theories scientists discovered invented ' +
    'brain neurons consciousness virus bacteria geschichte krieg gesellschaft histoire_de guerre societe guerra sociedad 历史 ' +
    '朝代 皇帝 战争 革命 哲学 宗教 佛教 文化 政治 社会 民族 地理 国家 首都 宇宙 黑洞 行星 量子 相对论 生物 进化 基因 动物 植物 心理学 文学 作家 作品 诗人 思想 理论 起源 由来 影响 意义 特点 典故 成语 习俗 ' +
    '节日 科学 现象 大脑 病毒 细菌 古代 歴史 戦争 文化 社会 역사 전쟁 문화 사회',
} as const;

export type WordGroup = keyof typeof LEXICON;
