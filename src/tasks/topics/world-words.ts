/** Words of everyday life and of general knowledge, by topic; how they are written: topic-words.ts. */
export const WORLD_WORDS = {
  food: `
    food foods meal meals breakfast lunch dinner supper brunch snack snacks appetizer dessert desserts recipe recipes
    cook cooking cooked bake baking baked grill grilled fry fried roast roasted boil boiled steam steamed simmer saute
    oven stove microwave air_fryer slow_cooker instant_pot ingredients ingredient kitchen restaurant restaurants menu
    dish dishes cuisine chicken beef pork lamb turkey bacon sausage steak ham fish salmon tuna shrimp seafood egg eggs
    tofu beans lentils chickpeas rice pasta spaghetti noodles ramen sushi pizza burger burgers sandwich sandwiches tacos
    burrito curry soup soups stew salad salads bread sourdough dough flour yeast butter cheese milk cream yogurt sugar
    honey syrup chocolate cake cakes cupcakes brownies pie pies pancakes waffles donut ice_cream fruit fruits apple
    banana strawberry strawberries blueberry lemon lemons lime mango avocado tomato tomatoes potato potatoes onion
    onions garlic ginger pepper salt spice spices herbs basil cinnamon vanilla olive_oil vinegar sauce soy_sauce mayo
    ketchup mustard spinach broccoli carrot carrots cucumber lettuce cabbage mushroom mushrooms zucchini vegetables
    vegetable vegan vegetarian keto gluten gluten_free dairy_free halal kosher grocery groceries coffee espresso latte
    tea matcha juice smoothie beer wine whisky whiskey vodka cocktail cocktails leftovers tasty delicious 菜谱 食谱 做菜
    做饭 早餐 早饭 午餐 晚餐 晚饭 夜宵 零食 甜点 食材 厨房 餐厅 饭店 火锅 红烧 清蒸 面条 米饭 饺子 包子 馒头 鸡肉 鸡胸
    牛肉 猪肉 羊肉 排骨 鸡蛋 豆腐 土豆 西红柿 番茄 白菜 黄瓜 青菜 蔬菜 水果 苹果 香蕉 面包 蛋糕 饼干 牛奶 奶茶 咖啡 茶叶
    喝茶 啤酒 红酒 白酒 素食 外卖 好吃 调料 酱油`,
  health: `
    health healthy symptom symptoms doctor doctors physician nurse hospital clinic patient patients diagnosis diagnosed
    diagnose treatment treatments therapy therapist medication medications medicine medicines drug dose dosage
    prescription side_effects antibiotic antibiotics ibuprofen paracetamol acetaminophen aspirin insulin statin ssri
    antidepressant vaccine vaccines surgery operation_on disease diseases disorder syndrome infection infections virus
    bacteria fever cough cold flu covid headache migraine pain ache back_pain chest_pain nausea vomiting diarrhea
    constipation rash allergy allergies allergic asthma diabetes hypertension blood_pressure cholesterol heart_rate
    heart_attack stroke cancer tumor anemia thyroid kidney liver lung lungs stomach intestine brain_injury concussion
    fracture sprain arthritis insomnia sleep sleeping fatigue tired_all menopause pregnancy pregnant birth_control
    period_pain fertility autism adhd ocd ptsd depression depressed anxiety panic bipolar schizophrenia dementia
    alzheimer parkinson dental dentist tooth teeth gum eye_exam glasses hearing_loss supplement supplements vitamin
    vitamins magnesium_glycinate mri ct_scan x_ray blood_test ecg anatomy physiology nursing clinical pharmacology 健康
    症状 医生 医院 看病 挂号 诊断 治疗 吃药 药物 药品 剂量 副作用 抗生素 疫苗 手术 疾病 感染 病毒 细菌 发烧 发热 咳嗽
    感冒 流感 头痛 头疼 肚子疼 腰疼 胃痛 恶心 呕吐 腹泻 便秘 过敏 哮喘 糖尿病 高血压 血压 血糖 血脂 心脏 心率 中风 癌症
    肿瘤 贫血 甲状腺 失眠 睡眠 疲劳 怀孕 孕妇 产后 月经 抑郁 焦虑 牙疼 牙齿 近视 维生素 体检 化验 中医 养生 护理`,
  fitness: `
    workout workouts exercise exercises gym fitness training_plan strength_training weight_lifting weightlifting
    bodybuilding squat squats deadlift bench_press push_ups pull_ups plank cardio hiit running_plan marathon
    half_marathon jogging cycling swim swimming yoga pilates stretching warm_up muscle muscles biceps glutes abs_workout
    core_workout protein calories calorie carbs carb fat_loss weight_loss lose_weight gain_weight gain_muscle diet diets
    dieting intermittent fasting nutrition nutritionist nutrients body_fat bmi 健身 锻炼 运动 跑步 马拉松 减肥 减脂 瘦身
    增肌 肌肉 深蹲 卧推 俯卧撑 瑜伽 游泳 有氧 卡路里 热量 蛋白质 饮食 营养 节食 体重 体脂`,
  travel: `
    travel traveling travelling trip trips vacation holiday holidays honeymoon itinerary_for tourist tourism sightseeing
    attractions visit visiting hotel hotels hostel airbnb resort flight flights airline airport airfare layover visa
    visas passport luggage suitcase packing_list backpacking road_trip cruise beach beaches island islands mountain_trip
    hiking hike camping tent national_park museum museums landmarks train_ticket rail_pass rental_car car_rental jet_lag
    souvenir day_trip weekend_getaway paris london rome tokyo kyoto osaka new_york nyc los_angeles san_francisco chicago
    boston miami seattle las_vegas hawaii toronto vancouver berlin munich barcelona madrid lisbon amsterdam vienna
    prague budapest istanbul dubai bangkok bali singapore hong_kong sydney melbourne iceland switzerland greece_trip
    italy_trip 旅游 旅行 出游 自驾 自由行 景点 景区 酒店 民宿 机票 航班 机场 签证 护照 行李 攻略游 爬山 露营 海边 海岛
    博物馆 高铁票 火车票 门票 一日游 三日游 打卡 云南 三亚 成都游 西安游 北京玩 东京玩 泰国玩`,
  places: `
    usa united_states america american uk united_kingdom britain british england scotland ireland wales france germany
    italy spain portugal netherlands belgium switzerland_is austria sweden norway denmark finland poland ukraine russia
    russian_federation greece egypt israel palestine iran iraq syria saudi_arabia india indian pakistan bangladesh china
    japan korea taiwan vietnam thailand indonesia malaysia philippines australia new_zealand canada canadian mexico
    brazil argentina chile colombia peru venezuela cuba nigeria kenya ethiopia south_africa africa african asia asian
    europe european latin_america middle_east texas california florida capital_of population_of country countries
    continent continents city cities river rivers ocean mountain_range border_of geography 美国 英国 法国 德国 意大利
    西班牙 乌克兰 日本 韩国 印度 越南 泰国 澳大利 加拿大 巴西 非洲 欧洲 亚洲 中国 北京 上海 广州 深圳 香港 台湾 首都
    人口 国家 城市 省份 地理 河流 山脉 海洋`,
  history: `
    history historical historian war wars world_war wwi wwii civil_war cold_war revolution revolutionary battle_of
    treaty_of empire empires emperor roman_empire romans ancient ancient_rome ancient_greece ancient_egypt pharaoh
    medieval middle_ages feudal crusades renaissance enlightenment industrial_revolution colonial colonialism
    colonization slavery abolition dynasty ottoman mongol viking vikings byzantine soviet soviet_union ussr nazi hitler
    stalin lenin churchill napoleon caesar alexander_the genghis lincoln washington_was roosevelt kennedy gandhi mandela
    holocaust hiroshima pearl_harbor vietnam_war berlin_wall century centuries bc_and archaeology archaeological
    civilization civilizations monarchy king_henry queen_victoria tsar 历史 朝代 秦朝 汉朝 唐朝 宋朝 元朝 明朝 清朝
    秦始皇 汉武帝 武则天 康熙 乾隆 朱元璋 三国 战争 抗战 抗日 二战 一战 革命 辛亥 改革开 鸦片 皇帝 皇后 宰相 古代 近代
    起义 战役 帝国 罗马 埃及 文艺复 工业革 苏联 冷战 历史上`,
  society: `
    politics political politician politicians government governments democracy democratic republican republicans
    democrats election elections vote voting voters congress senate parliament president prime_minister trump biden
    obama putin policy_on policies law_in laws legal_system constitution constitutional supreme_court human_rights
    civil_rights freedom_of censorship socialism socialist communism communist marxism marxist capitalism capitalist
    fascism anarchism liberal liberalism conservative libertarian left_wing right_wing ideology propaganda protest
    protests immigration immigrants refugee refugees racism racist sexism feminism feminist gender lgbt lgbtq
    transgender abortion gun_control death_penalty climate_change global_warming globalization poverty homelessness
    minimum_wage welfare united_nations nato european_union brexit sanctions diplomacy geopolitical geopolitics
    sociology sociologist social_media culture cultural society societies demographic urbanization 政治 政府 民主 选举
    总统 总理 议会 宪法 人权 法治 社会 社会主 资本主 马克思 共产 国际关 外交 制裁 联合国 移民 难民 种族 性别 女权 贫富
    就业率 老龄化 少子化 全球化 气候变 环保 民族 文化`,
  thought: `
    philosophy philosopher philosophers philosophical ethics ethical moral morality metaphysics epistemology ontology
    existentialism existential nihilism stoicism stoic utilitarianism utilitarian kant kantian nietzsche plato aristotle
    socrates descartes hume hegel heidegger sartre wittgenstein spinoza free_will determinism consciousness mind_body
    meaning_life trolley_problem religion religious god gods bible biblical jesus christ christian christianity catholic
    protestant church islam islamic muslim quran koran muhammad judaism jewish torah hindu hinduism buddha buddhism
    buddhist zen karma tao taoism confucius confucian atheism atheist theology theological soul souls afterlife
    spirituality spiritual meditation mindfulness prayer_in mythology myth myths zeus greek_gods norse astrology
    horoscope zodiac tarot 哲学 伦理 道德 存在主 虚无 尼采 康德 柏拉图 苏格拉 黑格尔 叔本华 自由意 意识 人生的 生命的
    宗教 上帝 圣经 耶稣 基督 佛教 佛陀 佛经 道教 道家 老子 庄子 孔子 孟子 论语 儒家 王阳明 伊斯兰 神话 希腊神 星座 塔罗
    算命 风水 八字 冥想`,
  living_things: `
    biology biological cell_membrane cells dna rna gene genes genetic genetics genome chromosome mutation mutations
    protein_synthesis proteins enzyme enzymes mitochondria photosynthesis respiration metabolism ecosystem ecosystems
    ecology species evolution evolutionary natural_selection darwin fossil fossils dinosaur dinosaurs mammal mammals
    reptile reptiles amphibian insect insects bird birds bee bees ant ants spider spiders snake snakes lion lions tiger
    tigers elephant elephants whale whales dolphin shark sharks wolf wolves bear bears monkey gorilla penguin owl eagle
    fish_species coral bacteria_are fungi fungus algae plants plant tree trees flower flowers seed seeds garden
    gardening soil compost fertilizer lawn houseplant succulents orchid roses pruning neuron neurons neuroscience
    hormone hormones immune immune_system antibody antibodies stem_cells crispr microbiology dog dogs puppy puppies cat
    cats kitten kittens pet pets horse horses hamster rabbit rabbits parrot aquarium goldfish breed breeds vet
    veterinarian 生物 细胞 基因 遗传 染色体 光合作 呼吸作 新陈代 生态 物种 进化 达尔文 化石 恐龙 哺乳 昆虫 鸟类 蜜蜂
    蚂蚁 蜘蛛 狮子 老虎 大象 海豚 鲨鱼 熊猫 猴子 植物 树木 花卉 种花 养花 多肉 种子 土壤 肥料 神经元 免疫 抗体 激素 狗狗
    小狗 养狗 猫咪 小猫 养猫 宠物 金鱼 兔子 仓鼠`,
  earth_sky: `
    planet planets solar_system sun moon mars jupiter saturn venus mercury_is pluto star_is galaxy galaxies milky_way
    universe cosmos big_bang dark_matter dark_energy asteroid comet meteor telescope hubble nasa spacex astronaut
    astronauts orbit orbits rocket rockets satellite satellites space_station light_years exoplanet astronomy astronomer
    cosmology weather climate rain snow storm hurricane tornado earthquake earthquakes volcano volcanoes tsunami
    tectonic geology geological rock_cycle minerals glacier ice_age ozone greenhouse atmosphere carbon_footprint
    renewable solar_panel solar_panels wind_turbine nuclear_power fossil_fuels natural_gas hydrogen_fuel
    electricity_grid recycling pollution deforestation biodiversity sustainability sustainable 太阳系 太阳 月亮 月球
    火星 行星 恒星 银河 宇宙 黑洞是 大爆炸 暗物质 卫星 火箭 航天 宇航员 望远镜 天文 天气 气候 下雨 台风 地震 火山 海啸
    地质 冰川 温室 臭氧 太阳能 风能 核电 新能源 碳中和 污染 垃圾分`,
  science_talk: `
    science scientific scientist scientists experiment experiments theory_of theories hypothesis_that discovery invented
    inventor invention phenomenon physics physicist chemistry_of chemist laboratory einstein newton_was galileo curie
    tesla_was hawking string_theory quantum_computing quantum_computer fusion crispr_cas nanotechnology
    materials_science metallurgy alloy steel aluminum concrete_mix ceramic semiconductor_industry mechanical_engineering
    civil_engineering electrical_engineering chemical_engineering aerospace turbine engine engines gearbox bearing
    bearings hydraulic pneumatic valve valves pump pumps compressor hvac heat_pump boiler welding machining lathe
    injection_molding manufacturing factory lean six_sigma logistics supply_chain warehouse shipping freight inventory
    procurement agriculture farming crop crops irrigation mining petroleum refinery construction bridge bridges
    skyscraper blueprint surveying architecture_of 科学 科学家 实验 理论 发现 发明 现象 爱因斯 特斯拉 霍金 合金 钢材
    混凝土 机械 发动机 齿轮 轴承 液压 阀门 水泵 空调 焊接 制造 工厂 生产线 供应链 物流 仓库 采购 农业 种植 养殖 建筑
    桥梁 施工 工程`,
  feelings: `
    feel feeling feelings felt sad sadness lonely loneliness angry anger upset crying cried hurt heartbroken breakup
    broke_up ex_boyfriend ex_girlfriend boyfriend girlfriend husband wife marriage married divorce divorced relationship
    relationships dating first_date crush cheating cheated jealous jealousy trust_issues toxic_relationship love_him
    love_her miss_him miss_her stressed stress burnout overwhelmed bored boredom motivation motivated procrastination
    procrastinating self_esteem confidence confident shy introvert introverted social_anxiety friendship friends friend
    best_friend roommate parents mother father mom dad sister_in brother_in mother_in in_laws family son daughter kid
    kids child children toddler newborn baby teenager teenagers parenting grief grieving bullying bullied argument_with
    fight_with apologize forgive hate_my life_advice 心情 难过 伤心 孤独 生气 委屈 想哭 崩溃了 焦虑怎 压力大 迷茫 无聊
    烦躁 失恋 分手 前任 男朋友 女朋友 男友 女友 老公 老婆 丈夫 妻子 结婚 离婚 恋爱 暗恋 相亲 吵架 出轨 吃醋 婆婆 婆媳
    爸妈 父母 爸爸 妈妈 孩子 儿子 女儿 宝宝 婴儿 青春期 叛逆 育儿 朋友 闺蜜 室友 同事关 自卑 内向 社恐 拖延 自律 原谅`,
  career: `
    career careers career_path job jobs job_interview interview_questions interviewer_asks hiring hire recruiter salary
    raise_at negotiate_salary promotion_at boss manager coworker coworkers colleague colleagues workplace remote_work
    work_from freelance freelancer freelancing side_hustle passive_income quit_my fired laid_off layoff employee
    employees employer employment startup startups entrepreneur entrepreneurs entrepreneurship founder co_founder
    small_business business_idea business_ideas business_model business_models business_strategy revenue_model swot
    competitor competitors competitive_advantage market_research market_size customer_retention customer_service
    sales_team salesperson lead_generation leads crm_system kpi kpis okr okrs leadership leader management
    project_management project_manager product_manager product_management stakeholders team_building human_resources
    hr_department organizational consultant consulting mckinsey strategy strategic mba 职业 职场 求职 找工作 面试 面试官
    跳槽 辞职 离职 裁员 薪资 工资 涨薪 加班 领导 老板 同事 下属 创业 副业 兼职 自由职 商业模 盈利模 市场分 竞品 竞争对
    客户 用户增 运营 产品经 项目管 管理 团队 绩效 人力 招聘 员工 战略`,
  schooling: `
    school schools university universities college colleges student students teacher teachers professor professors
    classroom homework exam exams midterm finals studying study_for study_tips degree bachelor master_s masters phd
    undergraduate graduate_school admission admissions sat gre gmat toefl ielts scholarship tuition major_in minor_in
    course courses online_course coursera textbook textbooks kindergarten preschool elementary middle_school high_school
    grade_level grade_students learn_to learning_english memorize flashcards anki note_taking tutor tutoring pedagogy
    education educational 学校 大学 高中 初中 小学 学生 老师 教师 教授 班级 班主任 作业 考试 期末 考研 高考 中考 四六级
    雅思 托福 考公 公务员 教资 专业 志愿 选专业 留学 硕士 博士 导师 学习方 背单词 复习 网课 课程 教育 幼儿园 家长`,
  home: `
    house home apartment condo rent renting landlord tenant mortgage_or real_estate realtor roof floor flooring wall
    walls ceiling door window windows_in kitchen_sink bathroom shower toilet faucet plumbing plumber leak leaking pipe
    pipes water_heater furnace air_conditioner thermostat insulation electrician outlet paint painting_a drywall tile
    tiles carpet furniture sofa couch mattress bed_frame curtains decorate decor interior_design renovation remodel
    cleaning clean_a stain stains laundry washing_machine dishwasher refrigerator fridge vacuum mold pest cockroach mice
    diy woodworking wood drill screws car cars vehicle vehicles engine_light tire tires brakes oil_change
    transmission_fluid mechanic electric_car ev tesla_model toyota honda ford bmw mileage driving driver_s license
    motorcycle bike bicycle scooter parking phone phones smartphone iphone samsung android_phone ipad tablet laptop
    laptops pc_build gaming_pc motherboard cpu ram ssd monitor keyboard mouse headphones earbuds tv smart_tv camera
    lens_for printer_for router_for best_laptop 房子 买房 租房 房东 房租 装修 家具 沙发 床垫 窗帘 卫生间 厨房装 马桶
    水管 漏水 地板 瓷砖 墙面 甲醛 空调不 洗衣机 冰箱 电视 扫地机 打扫 清洁 污渍 除霉 汽车 买车 电动车 轮胎 刹车 保养
    驾照 停车 摩托 自行车 手机 苹果手 华为 小米 平板 笔记本电 电脑配 显卡 内存条 耳机 相机`,
  leisure: `
    movie movies film films tv_show tv_shows series_on netflix actor actors actress director directed_by episode
    season_of anime_recommend documentary cinema oscar music musician musicians band bands album albums singer singers
    song_by songs_by playlist spotify genre jazz rock_music classical_music beethoven mozart bach composer symphony
    guitar piano violin drums chord chords chord_progression melody scale_in minor major_key music_theory book books
    novel_by author authors bestseller shakespeare dickens tolkien orwell hemingway_s literature literary poem_by
    painting paintings painter picasso van_gogh monet sculpture art artist artists art_history photography photo photos
    game games video_game video_games nintendo playstation xbox minecraft fortnite league_of elden_ring pokemon_go
    board_game board_games chess_opening poker magic_the sport sports football soccer basketball nba nfl baseball mlb
    hockey nhl tennis golf cricket rugby olympics world_cup messi ronaldo lebron team_won championship player players
    coach fifa boxing mma wrestling hobby hobbies knitting crochet sewing origami fishing hunting birthday
    birthday_party party wedding anniversary gift gifts christmas halloween thanksgiving easter new_year valentine
    fashion clothes outfit dress shoes makeup skincare skin hair hairstyle haircut tattoo jewelry perfume 电影 电视剧
    综艺 导演 演员 明星 音乐 歌手 乐队 专辑 吉他 钢琴 乐理 和弦 作曲 名著 红楼梦 西游记 水浒 作家 作者 鲁迅的 书籍 好书
    画家 绘画 书法 艺术 摄影 拍照 游戏 原神攻 主机 棋牌 象棋 围棋 足球 篮球 乒乓 羽毛球 奥运 世界杯 球员 球队 教练 爱好
    生日 礼物 送礼 婚礼 结婚纪 圣诞 春节 中秋 端午 节日 过年 穿搭 衣服 化妆 护肤 皮肤 发型 口红`,
  law_life: `
    law lawyer lawyers attorney legal legally illegal lawsuit sue suing court judge_ruled judgment contract contracts
    clause clauses agreement breach_of liability liable damages negligence tort criminal_law civil_law felony
    misdemeanor custody alimony will_and probate inheritance_law copyright copyrights trademark trademarks patent
    patents intellectual_property gdpr employment_law labor_law wrongful_termination eviction security_deposit lease
    small_claims statute jurisdiction tenant_rights immigration_law green_card visa_application notary 法律 律师 法院
    起诉 诉讼 判决 合同法 违约 违约金 赔偿 侵权 责任 刑法 民法 民法典 劳动法 劳动合 劳动仲 仲裁 工伤 遗产 抚养权 版权
    著作权 商标 专利 知识产 押金 维权 报警 拘留 合法吗 违法`,
  chat: `
    hello hi hey good_morning good_night good_evening whats_up thanks thank_you thank lol haha bye goodbye nice_to
    my_name talk_to bored_talk favorite favourite your_favorite sup yo good_job well_done sorry_about never_mind i_see
    okay sure_thing yes no maybe ok_thanks what_time what_day today_is tomorrow yesterday 你好 您好 早上好 晚上好 晚安
    在吗 谢谢 多谢 哈哈 嘿嘿 再见 拜拜 聊聊 聊天 无聊陪 陪我 讲个笑 今天天 吃了吗 真棒 厉害 好的 嗯嗯 没事`,
  armed: `
    military army navy air_force soldier soldiers troops tank tanks fighter_jet aircraft airplane airplanes plane
    missile missiles artillery radar submarine weapon weapons gun guns rifle pistol ammunition bullet bullets bomb bombs
    explosive explosives nuclear_weapon nuclear_weapons police crime criminal murder serial_killer prison terrorism
    terrorist cartel mafia 军事 军队 士兵 坦克 战斗机 导弹 航母 潜艇 武器 炸弹 核武器 警察 犯罪 监狱 恐怖`,
} as const;
