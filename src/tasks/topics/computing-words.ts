/** Words of programs and machines, by topic; how they are written: topic-words.ts. */
export const COMPUTING_WORDS = {
  construct: `
    function method class subclass superclass object attribute parameter argument variable constant loop while foreach
    iterator generator lambda closure callback decorator annotation interface trait mixin namespace module import struct
    union enum pointer reference generic macro preprocessor header typedef cast boolean bool int float double char
    string integer tuple dict dictionary hashmap map array arraylist vector list_comprehension slice regex regexp
    exception finally getter setter constructor destructor overload override polymorphism encapsulation abstraction
    singleton factory_pattern observer_pattern async await coroutine promise future thread mutex semaphore lock atomic
    channel goroutine event_loop stdin stdout stderr argv argc snippet one_liner oneliner boilerplate source_code
    pseudocode pseudo_code code_block recursion recursive memoization bitwise bitmask endian serialization serializer
    parser lexer tokenizer ast bytecode garbage_collection borrow_checker lifetimes monad functor currying 函数 方法名
    子类 父类 对象 参数 变量 常量 循环 迭代器 生成器 闭包 回调 装饰器 注解 接口类 泛型 指针 引用 结构体 枚举 字符串 整型
    浮点型 布尔 数组 列表推 字典 元组 异常处 构造函 继承 多态 封装 单例 工厂模 观察者 异步 协程 线程 进程池 线程池 互斥
    序列化 递归 伪代码 源代码 代码 写代码 一段代 面向对`,
  coding: `
    implement implementing implements implementation reimplement refactor refactored refactoring debug debugging compile
    compiles compiling recompile rewrite_this convert_this port_this code_this coding scripting script scripts programm
    programming hardcode hardcoded instantiate parse parsing deserialize serialize iterate concatenate append push_back
    dereference malloc free_memory initialize initialise allocate return_type returns returned input_output takes_a
    takes_an takes_two accepts_a unit_test unit_tests test_case test_cases edge_case edge_cases leetcode hackerrank
    codeforces codewars advent_of kata time_complexity space_complexity big_o optimize_the optimise_the add_comments
    comment_the docstring docstrings jsdoc type_hints working_code full_code complete_code sample_code example_code
    code_example code_snippet code_for code_that code_to script_that script_to program_that program_to function_that
    function_to function_called class_called class_that query_that query_to command_to command_that macro_that
    regex_that regex_to regex_for library_for package_for in_python in_java in_javascript in_typescript in_c in_rust
    in_go in_php in_ruby in_kotlin in_swift in_bash in_r in_sql in_powershell in_matlab in_julia in_lua in_perl in_scala
    in_haskell using_python using_java using_javascript using_react using_pandas with_python with_react with_java
    python_script python_code python_program python_function java_code java_program java_class javascript_code
    javascript_function js_code c_code c_program c_function rust_code go_code golang_code bash_script shell_script
    powershell_script vba_code vba_macro sql_query sql_queries html_page html_code css_code html_css react_component
    react_app vue_component angular_component flask_app django_app node_app express_app rest_api api_endpoint web_app
    实现 重构 调试 编译 写个函 写一个函 写个脚 写个程 写段代 用代码 用脚本 代码实现 完整代 示例代 代码示 单元测 测试用
    时间复 空间复 力扣 刷题 加注释 注释 报错信 怎么写代 编程 编写 程序代`,
  structure_algorithm: `
    linked_list doubly_linked binary_tree binary_search search_tree bst avl red_black b_tree trie heap min_heap max_heap
    priority_queue stack_and queue deque hash_table hashtable hash_map bloom_filter lru_cache lru graph_traversal
    adjacency depth_first breadth_first dfs bfs dijkstra bellman floyd kruskal prim topological union_find disjoint_set
    knapsack dynamic_programming memoize greedy_algorithm backtracking divide_and sliding_window two_pointers quicksort
    mergesort merge_sort quick_sort bubble_sort insertion_sort heapsort radix_sort sorting sorted sort shortest_path
    spanning_tree minimax alpha_beta a_star genetic_algorithm simulated_annealing kmp levenshtein edit_distance n_queens
    palindrome palindromes anagram anagrams fibonacci fizzbuzz fizz_buzz sudoku_solver tic_tac hangman snake_game tetris
    game_of tower_of hanoi prime_numbers sieve permutations_of subsequence substring subarray subarrays nearest_neighbor
    kd_tree quadtree 链表 二叉树 红黑树 堆排序 优先队 队列 哈希表 哈希 深度优 广度优 最短路 最小生 拓扑排 并查集 背包问
    动态规 贪心 回溯 分治 滑动窗 双指针 快速排 快排 归并 冒泡 二分查 二分法 排序算 斐波那 八皇后 汉诺塔 贪吃蛇 俄罗斯方
    五子棋 井字棋 猜数字 九九乘`,
  web: `
    html css dom div span iframe href onclick innerhtml stylesheet flexbox css_grid media_query responsive navbar
    sidebar footer dropdown carousel slider tooltip modal popup checkbox radio_button textarea placeholder form_data
    webpage web_page website websites webapp homepage landing favicon hyperlink button_that react reactjs jsx tsx
    usestate useeffect redux hook hooks props vue vuejs vuex pinia nuxt angular rxjs svelte jquery bootstrap tailwind
    ajax axios fetch_api cors cookie cookies localstorage session_storage sessionstorage websocket sse graphql rest
    restful endpoint endpoints http https get_request post_request put_request webhook webhooks crud backend frontend
    front_end back_end full_stack fullstack server_side client_side ssr spa pwa cms wordpress shopify woocommerce drupal
    magento wix squarespace webflow express expressjs nestjs fastapi flask django rails laravel symfony spring
    springboot spring_boot asp_net blazor chrome_extension browser_extension userscript tampermonkey greasemonkey
    service_worker web_scraping scraper scrape crawler selenium puppeteer playwright beautifulsoup xpath css_selector
    captcha_solver canvas svg webgl threejs 网页 网站 前端 后端 页面 导航栏 按钮 弹窗 下拉框 轮播 表单 样式 布局 响应式
    跨域 缓存 接口文 接口 请求头 路由 组件 钩子 状态管 爬虫 抓取 爬取 浏览器插 小程序 登录页 全栈`,
  database: `
    sql mysql postgres postgresql sqlite oracle_db sql_server mssql mariadb mongodb mongo cassandra dynamodb redis
    memcached elasticsearch clickhouse snowflake bigquery redshift database databases db schema table_name tables
    foreign_key primary_key composite_key index_on indexes indexed join joins inner_join left_join outer_join group_by
    order_by where_clause having subquery cte window_function partition_by row_number rank_over stored_procedure
    stored_procedures trigger_that view_that transaction transactions rollback commit_the normalization normal_form
    denormalize er_diagram erd orm sqlalchemy hibernate prisma sequelize query queries select_all insert_into update_set
    delete_from drop_table alter_table sharding replication upsert varchar nvarchar timestamp_column deduplicate
    duplicates_in rows columns column row pl_sql plsql tsql dax cypher 数据库 建表 表结构 外键 主键 索引 联表 左连接
    内连接 分组查 子查询 窗口函 存储过 触发器 事务 回滚 范式 慢查询 分库 分表 读写分 查询语 语句 去重 每个部门 每个用户`,
  operations: `
    docker dockerfile docker_compose container containers containerize kubernetes kubectl pod pods helm helm_chart
    ingress istio terraform ansible puppet chef vagrant packer cloudformation pulumi jenkins ci_cd gitlab_ci
    github_actions pipeline_yaml yaml_file argocd prometheus grafana loki elk kibana logstash fluentd datadog new_relic
    nginx apache haproxy traefik caddy load_balancer reverse_proxy lambda_function iam_role vpc azure aws gcp cloud_run
    app_service eks aks gke ecs fargate cloudfront blob_storage git github gitlab bitbucket git_repo git_branch rebase
    cherry_pick merge_conflict pull_request commit_message gitignore submodule npm yarn pnpm pip conda venv virtualenv
    maven gradle cargo bazel cmake makefile webpack vite babel eslint prettier deploy deploying deployment deployed
    build_pipeline artifact registry 容器 镜像 集群 部署 运维 持续集 流水线 负载均 反向代 监控告 日志收 云服务 配置文
    打包 构建失 依赖冲 分支 合并冲 提交记 微服务 网关 灰度`,
  system: `
    linux ubuntu debian centos fedora redhat rhel arch_linux archlinux nixos alpine_linux wsl macos mac_os windows
    windows_server registry_key regedit group_policy active_directory ad_user powershell cmd batch_file bat_file bash
    zsh fish_shell terminal command_line cli shell sudo chmod chown grep awk sed find_command xargs rsync scp ssh sshd
    systemd systemctl journalctl cron crontab daemon kernel initramfs grub bootloader uefi bios partition filesystem
    btrfs zfs ntfs raid lvm mount fstab nfs samba smb symlink environment_variable path_variable process_id pid
    kill_process memory_usage cpu_usage disk_space disk_usage log_file log_files virtual_machine vm vmware virtualbox
    hyper_v proxmox qemu kvm libvirt esxi driver drivers gpu_driver nvidia_driver cuda hotkey autohotkey vim neovim
    emacs tmux vscode vs_code intellij eclipse visual_studio xcode android_studio jupyter jupyter_notebook colab
    git_bash apt_get apt yum dnf pacman snap flatpak 命令行 终端 内核 驱动 开机启 环境变 权限 文件系 磁盘 分区 虚拟机
    定时任 进程 服务器 系统盘 注册表 批处理 快捷键 安装包 卸载 装系统 重装系`,
  network: `
    dns dhcp tcp udp icmp ip_address ip_addresses subnet subnets cidr vlan vlans router routers switch_port gateway nat
    port_forwarding bgp ospf vpn wireguard openvpn ipsec proxy proxies packet packets bandwidth latency jitter
    throughput wifi wi_fi ethernet lan wan ssid access_point modem isp mesh_network cisco juniper mikrotik ubiquiti
    unifi pfsense opnsense iptables nftables netplan hostname domain_name nameserver mx_record smtp imap ftp sftp mqtt
    websocket_server socket sockets tcpdump netstat traceroute ping_command snmp sdn lte bluetooth zigbee lora lorawan
    路由器 交换机 网关地 子网 网段 端口 域名 解析 带宽 延迟 丢包 代理 内网 外网 穿透 局域网 宽带 抓包 三次握 四次挥`,
  learning: `
    neural_network neural_networks deep_learning machine_learning reinforcement_learning supervised unsupervised
    transformer transformers attention self_attention encoder decoder autoencoder vae gan gans diffusion_model
    stable_diffusion lstm gru rnn cnn resnet unet vit bert gpt llama mistral finetune finetuning fine_tune fine_tuning
    lora_adapter rlhf dpo ppo q_learning dqn policy_gradient embedding embeddings vector_database vector_store rag
    retrieval_augmented tokenization tokens_per epoch epochs batch_size learning_rate optimizer adam sgd backpropagation
    backprop gradient_descent loss_function cross_entropy softmax relu sigmoid dropout batchnorm layer_norm overfitting
    overfit underfitting regularization hyperparameter hyperparameters train_test training_data training_loop
    validation_set test_set dataset datasets dataloader inference classifier classification_model random_forest
    decision_tree xgboost lightgbm svm knn k_means kmeans clustering pca tsne logistic_regression linear_regression
    feature_engineering feature_selection confusion_matrix precision_recall roc auc tensorflow pytorch keras sklearn
    scikit_learn huggingface hugging_face onnx tensorrt quantization quantized llm llms langchain llamaindex openai_api
    chatgpt_api gpu gpus tpu mlops computer_vision object_detection yolo opencv ocr segmentation image_classification
    nlp ner speech_recognition text_to tts asr recommender recommendation_system anomaly_detection 神经网 深度学 机器学
    强化学 卷积 循环神 注意力 大模型 微调 预训练 训练集 测试集 验证集 损失函 梯度下 反向传 过拟合 学习率 优化器 向量数
    嵌入 聚类 分类器 随机森 决策树 支持向 图像识 目标检 语音识 自然语 推荐系 模型训`,
  data_work: `
    dataframe data_frame pandas numpy dplyr ggplot matplotlib seaborn plotly scatter_plot bar_chart bar_graph line_chart
    pie_chart histogram heatmap boxplot dashboard visualization visualize visualise csv csv_file csv_files tsv parquet
    json_file xml_file excel_file xlsx spreadsheet spreadsheets google_sheets google_sheet pivot_table vlookup xlookup
    hlookup index_match sumif sumifs countif countifs arrayformula importrange conditional_formatting named_range
    column_a column_b worksheet_name workbook vba macros power_query power_bi powerbi tableau looker etl data_pipeline
    data_warehouse data_lake airflow dbt spark pyspark hadoop hive kafka flink databricks data_cleaning missing_values
    nan na_values outliers groupby melt pivot_longer time_series resample rolling_average 数据框 数据透 透视表 折线图
    柱状图 饼图 散点图 热力图 可视化 报表 电子表 单元格 公式 函数公 条件格 表格里 列求和 数据清 缺失值 异常值 数据仓
    数仓 数据分`,
  devices: `
    arduino raspberry_pi raspberry microcontroller mcu fpga verilog vhdl systemverilog testbench gpio spi uart can_bus
    modbus plc ladder_logic scada pwm adc dac sensor sensors actuator servo stepper motor_driver relay breadboard pcb
    kicad schematic soldering transistor mosfet op_amp opamp capacitor resistor inductor diode led_strip potentiometer
    oscillator multimeter oscilloscope voltage_regulator buck_converter power_supply battery_pack lithium drone
    quadcopter pid_controller ros robot_arm robot robots kalman lidar imu gyroscope accelerometer firmware
    bootloader_code rtos freertos embedded uefi_driver gcode cnc printer octoprint home_assistant 单片机 树莓派 开发板
    传感器 电机 舵机 继电器 引脚 电路板 原理图 嵌入式 固件 串口 示波器 芯片 无人机 机器人 打印机 电源模`,
  game_making: `
    unity unreal unreal_engine godot gamemaker game_maker pygame phaser roblox_studio luau lua_script shader shaders
    glsl hlsl raycast raycasting rigidbody collider sprite sprites spritesheet tilemap gameobject game_loop game_engine
    blender blender_script minecraft_plugin minecraft_mod spigot bukkit fabric_mod forge discord_bot discord_js
    telegram_bot slack_bot twitch_bot opengl vulkan directx raylib sfml physics_engine procedural_generation perlin
    flutter dart swiftui swift kotlin jetpack_compose android_app ios_app mobile_app react_native xamarin maui tkinter
    pyqt qt wpf winforms electron javafx swing gui desktop_app app_that app_for 游戏引 安卓 苹果应 手机应 桌面应 客户端
    界面 控件 精灵图 碰撞检 渲染 着色器`,
  fault: `
    error errors exceptions traceback stacktrace stack_trace segfault segmentation_fault core_dump null_pointer
    nullpointerexception undefined_is is_undefined is_not not_defined typeerror valueerror keyerror indexerror
    attributeerror nameerror syntaxerror importerror modulenotfounderror runtimeerror referenceerror assertionerror
    oserror ioerror zerodivision illegalargument classnotfound outofmemory stackoverflow cannot_read cannot_find
    cannot_resolve could_not unable_to failed_to fails_with failing failed crash crashes crashed crashing freezes hangs
    throws throwing throw_an bug bugs buggy broken doesn_t not_working isn_t won_t deprecated warning warnings timeout
    timed_out connection_refused permission_denied access_denied no_such unexpected_token unexpected_identifier
    expected_but out_of exit_code returns_null returns_undefined infinite_loop memory_leak race_condition deadlock
    error_code error_message why_is why_am what_am fix_this fix_the fix_it 报错 出错 错误 异常 崩溃 闪退 卡死 失败
    找不到 未定义 空指针 超时 内存泄 死锁 死循环 不生效 没反应 跑不起 运行不 无法启 无法连 连不上 起不来 修复 解决报
    怎么解决`,
  files: `
    json xml yaml yml toml ini_file csv_format pdf_file pdf_files txt text_file docx markdown_file zip_file tar_gz wav
    mkv png jpg jpeg webp ico gif_file directory directories folder folders subfolder file_name filename filenames
    file_path filepath file_extension extension file_size read_file write_file open_file rename_files copy_files
    move_files batch_rename duplicate_files ffmpeg imagemagick latex tex tikz bibtex overleaf beamer pandoc unicode
    ascii hex binary encoding decode decoding encode uuid guid checksum regex_pattern file upload_file download_file
    文件夹 文件名 后缀 批量重 压缩包 编码 解码 二进制 十六进 正则 读取文 写入文 导出 导入 上传 下载 转换成 转成`,
  engineering_practice: `
    architecture_diagram software_architecture system_design system_architecture design_pattern design_patterns
    microservice microservices monolith event_driven event_sourcing cqrs ddd domain_driven hexagonal clean_architecture
    solid_principles technical_debt code_review code_reviews agile scrum kanban sprint sprints backlog user_story jira
    confluence uml sequence_diagram class_diagram plantuml flowchart use_case acceptance_criteria requirements_document
    api_design scalability scalable high_availability fault_tolerance idempotent consistency cap_theorem message_queue
    kafka_topic rabbitmq pub_sub caching rate_limiting circuit_breaker observability slo sla monitoring
    software_engineer software_engineering software_developer web_developer data_engineer devops tech_stack open_source
    proprietary version_control release_notes changelog readme mit_license saas paas iaas on_premise migration
    legacy_system erp crm 架构 设计模 高并发 高可用 分布式 消息队 限流 熔断 幂等 一致性 技术选 技术栈 重构方 代码评
    需求分 敏捷 迭代 时序图 类图 流程图 领域驱 解耦 接口设 系统设`,
  assistants: `
    chatgpt openai claude_ai anthropic gemini_ai bard bing_chat copilot midjourney_prompt prompt prompts prompting
    prompt_engineering prompt_engineer prompt_for system_prompt few_shot zero_shot chain_of language_model
    language_models ai_model ai_models artificial_intelligence ai_agent ai_agents chatbot chatbots virtual_assistant
    hallucination hallucinate agi turing_test singularity alignment ai_safety jailbreak_prompt knowledge_cutoff
    trained_on your_training are_you 人工智 提示词 聊天机 智能体 你是谁 你叫什 你会什 你能做 语言模 文心一 通义千 豆包
    训练数`,
} as const;
