/** Words of what people have written for them, by topic; how they are written: topic-words.ts. */
export const WRITING_WORDS = {
  fiction: `
    story stories short_story tale tales fairytale fairy_tale fable novel novella novelist chapter chapters prologue
    epilogue scene scenes plot plots plotline subplot twist cliffhanger protagonist antagonist villain hero heroine
    sidekick narrator backstory worldbuilding world_building storyline storytelling flashback foreshadowing fanfic
    fanfiction crossover sequel prequel fantasy sci_fi science_fiction dystopian dystopia utopian cyberpunk steampunk
    horror_story thriller mystery_story detective noir romance_novel western_story superhero superheroes dragon dragons
    wizard wizards witch witches knight knights elf elves dwarf dwarves orc orcs goblin vampire vampires werewolf zombie
    zombies ghost ghosts haunted demon demons angel_named princess kingdom castle throne sword swords magic magical
    spell_book curse prophecy quest pirate pirates treasure_map spaceship starship alien aliens time_travel
    time_traveler android_named apocalypse post_apocalyptic survivor survivors assassin spy mermaid unicorn fairy
    fairies goddess mythical enchanted forest_creature named_alice continue_the bedtime_story childrens_book
    creative_writing creative_story first_person third_person 小说 故事 短篇 长篇 童话 寓言 章节 情节 剧情 主角 男主
    女主 反派 配角 人物设 人设 世界观 伏笔 悬念 结局 续写 扩写 玄幻 仙侠 武侠 科幻 悬疑 言情 穿越 重生 修仙 门派 江湖
    侠客 魔法 巫师 精灵 恶龙 公主 王子 骑士 吸血鬼 僵尸 末日 外星 宇宙飞 侦探 霸总 爽文 网文 睡前故`,
  verse: `
    poem poems poet poetry verse verses stanza stanzas couplet couplets rhyme rhymes rhyming haiku haikus limerick
    limericks sonnet sonnets ballad free_verse acrostic tanka villanelle elegy lullaby lyrics lyric song song_about
    songs_about chorus bridge_of hook_line rap raps rapper freestyle hip_hop diss_track jingle anthem nursery_rhyme
    iambic pentameter in_rhyme sea_shanty 诗歌 一首诗 首诗 现代诗 古诗 绝句 律诗 七律 五言 七言 词牌 宋词 填词 歌词 说唱
    押韵 对联 上联 下联 打油诗 藏头诗 情诗 散文诗 童谣 儿歌 顺口溜 三行诗`,
  screen: `
    script_for screenplay screenplays sitcom episode_of scene_where dialogue dialogues dialog monologue soliloquy skit
    sketch_where stand_up standup comedy_routine voiceover voice_over narration storyboard shot_list youtube_script
    youtube_video tiktok_video video_script podcast_script radio_play stage_play theatre_play musical_about trailer_for
    parody satire satirical roast_of joke jokes pun puns punchline one_liners knock_knock meme memes
    conversation_between argument_between interview_between 剧本 台词 分镜 短视频 口播 旁白 独白 对白 对话体 小品 相声
    脱口秀 段子 笑话 冷笑话 吐槽 情景剧 微电影 话剧 视频脚 直播话 拍摄脚`,
  characters: `
    harry_potter hermione voldemort hogwarts star_wars darth_vader luke_skywalker jedi sith star_trek spock lord_of
    gandalf frodo game_thrones batman superman spiderman spider_man iron_man avengers marvel dc_comics joker
    sherlock_holmes watson_and naruto sasuke goku dragon_ball one_piece luffy pokemon pikachu anime manga waifu
    sonic_the mario_and zelda link_and final_fantasy minecraft_story undertale rwby disney_princess elsa shrek spongebob
    simpsons homer_simpson family_guy south_park rick_and morty doctor_who twilight_bella katniss percy_jackson
    my_little transformers_movie godzilla king_kong mickey d_d dnd dungeons_and dungeon_master rpg_character npc npcs
    stat_block character_sheet homebrew campaign_setting tavern text_adventure 哈利波 漫威 蜘蛛侠 蝙蝠侠 钢铁侠 奥特曼
    海贼王 火影 龙珠 柯南 孙悟空 唐僧 猪八戒 林黛玉 贾宝玉 诸葛亮 曹操 李白穿 甄嬛 原神 王者荣 同人文 同人`,
  role: `
    act_as acting_as pretend_to pretend_you role_play roleplay roleplaying imagine_you imagine_that play_the role_of
    persona in_character stay_in character_named style_of voice_of speak_like talk_like write_like sounding_like
    assume_the assume_you perspective_of interactive_story text_based game_master 扮演 你扮演 假装你 假设你 你现在是
    你来当 角色扮 以第一 第一人 口吻 语气写 模仿 风格写 人称`,
  letters: `
    letter letters email emails e_mail mail_to cover_letter letter_to letter_of email_to reply_to respond_to response_to
    write_back recommendation_letter reference_letter resignation resignation_letter apology_letter complaint_letter
    love_letter farewell_message goodbye_message invitation invitation_letter cold_email sales_email outreach_email
    auto_reply subject_line dear_sir dear_mr dear_hiring yours_sincerely best_regards memo memorandum notice_to
    announcement text_message whatsapp_message message_to sms_to slack_message linkedin_message dm_to birthday_message
    birthday_wish wishes_for greeting_card condolence sympathy 邮件 写信 一封信 封信 书信 家书 回信 回复客 回复邮 感谢信
    道歉信 辞职信 请假条 请假 推荐信 介绍信 邀请函 邀请信 投诉信 表白 情书 通知 公告 群发 短信 微信消 祝福语 祝福 慰问
    请柬`,
  job_papers: `
    resume resumes cv curriculum_vitae linkedin_profile linkedin_summary linkedin_bio bio biography_of
    professional_summary personal_statement motivation_letter scholarship_essay admission_essay college_essay
    application_essay job_application job_description job_posting job_ad performance_review self_evaluation
    self_assessment self_review achievements accomplishments appraisal elevator_pitch about_me upwork_proposal
    freelance_proposal 简历 求职信 自我介 个人陈 个人简 自荐信 述职 述职报 自评 绩效自 工作总 年终总 转正 竞聘 面试自
    岗位描 招聘启 招聘文 工作经 项目经历写`,
  selling: `
    slogan slogans tagline taglines catchphrase headline headlines ad_copy ad_text ads adverts advertisement
    advertisements advertising copywriting copywriter sales_copy sales_page product_description product_descriptions
    product_page listing_description etsy amazon_listing call_to cta brand_name brand_names business_name company_name
    name_ideas names_for name_for domain_names logo branding brand_voice brand_story marketing marketing_plan
    marketing_strategy marketing_campaign content_calendar content_marketing content_strategy seo seo_friendly
    keywords_for meta_title meta_description meta_tags press_release newsletter newsletters flyer flyers brochure
    brochures poster banner_text billboard promo promotional promotion launch_announcement influencer campaign campaigns
    target_audience buyer_persona unique_selling value_proposition facebook_ad google_ads instagram_caption
    instagram_post instagram_bio caption captions hashtag hashtags tweet tweets twitter_thread linkedin_post
    facebook_post tiktok youtube_title youtube_titles youtube_description thumbnail pinterest reel reels viral engaging
    catchy clickbait testimonial testimonials airbnb_listing dating_profile tinder_bio 广告 广告语 文案 宣传语 宣传文
    宣传 口号 标语 朋友圈 小红书 种草 软文 推文 公众号文 爆款 标题党 标题 卖点 产品介 详情页 营销 推广 品牌名 品牌 起名
    取名 店名 公司名 活动方 活动策 策划案 策划 海报 新闻稿 抖音 微博 直播带 话题标`,
  academic: `
    essay essays thesis thesis_statement dissertation research_paper term_paper paper_on literature_review abstract_for
    introduction_for conclusion_for discussion_section methods_section methodology_section research_proposal
    grant_proposal grant_application annotated_bibliography bibliography citation citations cite apa mla chicago_style
    references_list peer_reviewed scholarly academic academic_style academic_tone academic_writing argumentative
    argumentative_essay persuasive_essay expository narrative_essay reflective_essay reflection_paper five_paragraph
    paragraph_essay topic_sentence body_paragraph body_paragraphs word_essay words_essay word_count page_essay
    book_report book_review movie_review critique_of term_project journal_article reviewer_comments rebuttal_letter
    manuscript 论文 毕业论 开题 开题报 摘要写 绪论 引言 结论部 文献综 综述 参考文 议论文 记叙文 说明文 读后感 观后感
    心得体 学习心 实习报 实验报告 调研报 作文 高考作 征文 课题 申报书 致谢 学术`,
  ceremony: `
    speech speeches speech_for toast wedding_toast best_man maid_of vows wedding_vows eulogy obituary keynote
    opening_remarks closing_remarks welcome_speech acceptance_speech graduation_speech farewell_speech retirement_speech
    motivational_speech ted_talk presentation_script talking_points sermon prayer prayers blessing invocation
    debate_speech campaign_speech inaugural 演讲 演讲稿 发言 发言稿 讲话 讲话稿 致辞 致词 主持词 主持稿 串词 开场白
    祝酒词 悼词 颁奖词 获奖感 誓词 开幕词 闭幕词 欢迎词 答谢词 国旗下 竞选稿`,
  office_papers: `
    report_on status_report progress_report weekly_report monthly_report quarterly_report annual_report
    executive_summary proposal proposals business_proposal project_proposal business_plan business_case project_plan
    project_charter scope_of sop sops standard_operating policy_document company_policy privacy_policy disclaimer
    user_manual user_guide manual_for instruction_manual handbook onboarding_guide training_manual faq faqs
    documentation knowledge_base help_article meeting_agenda agenda minutes_of meeting_minutes white_paper whitepaper
    blog blog_post blog_posts article_about article_on listicle outline outline_for slides slide_deck powerpoint
    presentation presentations pitch_deck requirements_doc prd product_requirements user_stories contract_template
    agreement_between nda_for template templates template_for lesson_plan lesson_plans syllabus curriculum worksheet
    quiz_questions exam_questions test_questions rubric student_report report_card teacher_comments learning_objectives
    报告 周报 月报 日报 季报 年报 汇报 总结 方案 计划书 商业计 可行性 标书 投标 说明书 操作手 手册 规章 制度 管理办
    会议纪 纪要 大纲 提纲 目录 ppt 幻灯片 教案 教学设 课件 试卷 出题 练习题 评语 合同 协议 模板 公文 通报 请示 倡议书
    申请书 保证书 检讨书 思想汇`,
  manner: `
    funny humorous witty sarcastic snarky playful whimsical quirky heartfelt emotional touching inspiring inspirational
    motivational persuasive convincing compelling professional professionally formal formally informal casual friendly
    polite politely diplomatic assertive empathetic warm_tone tone tone_of concise concisely crisp punchy eloquent
    poetic flowery descriptive vivid vividly dramatic suspenseful romantic dark_humor gothic lovecraft shakespearean
    shakespeare_style hemingway dr_seuss old_english pirate_speak gen_z british_accent more_human humanize sound_natural
    natural_sounding plain_english simple_english plain_language 幽默 搞笑 风趣 诙谐 感人 煽情 温馨 文艺 优美 华丽 正式
    口语化 通俗 活泼 俏皮 委婉 得体 专业一 有感染 震撼 生动 细腻 简洁 鲁迅 古风 文言文 白话文`,
  editing: `
    rewrite rewrites rewritten rephrase rephrased reword reworded paraphrase paraphrasing proofread proofreading
    copyedit edit_this edit_my edit_the polished improve_this improve_my enhance_this refine_this correct_this
    correct_my correct_the grammar_check grammatically grammar_mistakes spelling_mistakes fix_grammar check_grammar
    sounds_better sound_better sound_more shorten_this shorten lengthen expand_on expand_this elaborate make_it
    make_this more_concise more_professional more_formal tone_down my_draft this_draft my_essay my_paragraph my_email
    my_text my_writing feedback_on wording phrasing flow_better readability plagiarism native_speaker 润色 改写 重写
    修改 改一下 改得 优化一下 优化这段 精简 缩写 扩写成 仿写 病句 错别字 校对 语病 通顺 改成 换个说 换种说 降重 查重
    改正式 更正式 更专业 伪原创`,
  pictures: `
    midjourney dall_e dalle image_prompt image_prompts art_prompt photorealistic hyperrealistic photo_realistic
    cinematic_lighting octane_render unreal_render ultra_detailed highly_detailed concept_art digital_painting
    oil_painting watercolor illustration illustrations portrait_of close_up wide_angle bokeh depth_of golden_hour
    artstation trending_on anime_style pixel_art line_art vector_art ascii_art logo_design tattoo_design color_palette
    colour_palette mood_board character_design 绘画提 画一 画面 插画 插图 构图 水彩 油画 赛博朋 写实风 配图 头像 壁纸`,
} as const;
