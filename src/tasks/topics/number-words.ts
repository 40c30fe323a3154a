/** Words of mathematics, science and money, by topic; how they are written: topic-words.ts. */
export const NUMBER_WORDS = {
  calculus: `
    derivative derivatives differentiate antiderivative integral integrals integrate integration double_integral
    limit_of limits converge converges convergence diverge diverges series_sum power_series taylor_series maclaurin
    fourier laplace_transform differential_equation differential_equations ode pde boundary_condition initial_condition
    partial_derivative gradient_of jacobian hessian_matrix chain_rule product_rule quotient_rule l_hopital riemann
    lebesgue measure_theory continuous_function differentiable monotone convex concave critical_point inflection
    local_maximum local_minimum maxima minima lagrange_multiplier lagrange euler_method newton_method runge_kutta
    contour residue_theorem holomorphic analytic_function complex_analysis f_x g_x h_x dy_dx dx dy d_dx frac sqrt infty
    sin cos tan arctan arcsin arccos sec ln exp_x e_x 求导 导数 积分 不定积 定积分 极限 微分 偏导 级数 收敛 发散 泰勒
    洛必达 拉格朗日 单调 极值 拐点 凹凸 连续函 可导 原函数 微积分 无穷 拉普拉 傅里叶`,
  algebra: `
    equation equations polynomial polynomials quadratic cubic_equation quartic linear_equation system_of simultaneous
    roots_of root_of solve_for solve_the factor_the factorize factorise factoring simplify_the expand_the inequality
    inequalities absolute_value exponent exponents logarithm logarithms algebra algebraic binomial_theorem discriminant
    vertex_form intercept slope_of coefficient coefficients numerator denominator fraction fractions decimal decimals
    rational_number irrational real_numbers complex_number imaginary unknown_x value_of values_of x_y domain_of range_of
    inverse_function composition_of matrix matrices determinant determinants eigenvalue eigenvalues eigenvector
    eigenvectors rank_of null_space basis_of dimension_of vector_space linear_transformation linear_algebra orthogonal
    orthonormal gram_schmidt transpose invertible dot_product cross_product singular_value svd group_theory abelian
    homomorphism isomorphism ring_theory field_extension galois 方程 方程组 多项式 一元二 不等式 绝对值 因式分 化简 展开
    对数 指数函 分式 通分 系数 判别式 未知数 定义域 值域 反函数 矩阵 行列式 特征值 特征向 线性代 向量 线性方 同构 群论`,
  geometry: `
    triangle triangles circle circles rectangle rectangles square_feet square_meters polygon hexagon pentagon octagon
    trapezoid trapezium parallelogram rhombus cube cuboid sphere cylinder cone pyramid_volume prism tetrahedron angle
    angles degrees radian radians radius diameter circumference perimeter area_of surface_area volume_of hypotenuse
    pythagorean pythagoras sine cosine tangent_line chord_length arc_length sector midpoint perpendicular parallel_lines
    bisector bisects altitude_of median_of centroid circumcircle incircle congruent_triangles similar_triangles
    coordinates_of coordinate_geometry distance_between ellipse parabola hyperbola asymptote trigonometry trigonometric
    euclidean topology manifold homeomorphic curvature 三角形 圆形 圆的 长方形 正方形 矩形 平行四 梯形 菱形 多边形
    正方体 长方体 球体 圆柱 圆锥 角度 半径 直径 周长 面积 表面积 体积 斜边 勾股 正弦 余弦 切线 弧长 扇形 中点 垂直
    平行线 角平分 全等 相似三 坐标 抛物线 椭圆 双曲线 几何`,
  chance: `
    probability probabilities odds_of chance_of chances_of expected_value expectation_of random_variable
    random_variables distribution normal_distribution binomial_distribution poisson uniform_distribution
    exponential_distribution gaussian bernoulli geometric_distribution hypergeometric density_function cdf pdf_of bayes
    bayesian bayes_theorem conditional_probability independent_events mutually_exclusive with_replacement
    without_replacement at_random randomly_selected drawn_from coin_flip coin_flips coin_toss fair_coin fair_die dice
    rolled rolls_a deck_of cards_are marbles urn balls_are red_balls blue_balls markov_chain random_walk martingale
    variance covariance correlation standard_deviation standard_error mean_of median mode_of quartile percentile z_score
    t_test p_value anova chi_square chi_squared confidence_interval confidence_level hypothesis_test hypothesis_testing
    null_hypothesis significance_level sample_size sample_mean population_mean degrees_of regression_coefficient
    r_squared residuals likelihood mle maximum_likelihood estimator unbiased false_positive false_negative sensitivity
    specificity prevalence incidence odds_ratio relative_risk hazard_ratio statistically_significant effect_size
    power_analysis 概率 几率 期望值 期望 随机变 正态分 二项分 泊松 贝叶斯 条件概 独立事 放回 摸球 掷骰 骰子 硬币 抛硬币
    方差 标准差 协方差 相关系 均值 中位数 众数 分位数 置信区 假设检 显著性 样本量 回归分 最大似 排列组`,
  number_theory: `
    prime primes prime_number prime_factor prime_factors divisible divisor divisors divides gcd greatest_common lcm
    least_common modulo mod congruent_to congruence remainder remainders even_number odd_number odd_numbers even_numbers
    perfect_square perfect_squares digits digit_number digit_sum sum_of product_of difference_of consecutive
    consecutive_integers integers positive_integer positive_integers natural_number natural_numbers factorial
    permutation combination combinations combinatorics combinatorial pigeonhole inclusion_exclusion recurrence_relation
    arithmetic_sequence geometric_sequence arithmetic_progression geometric_progression nth_term next_term next_number
    number_of ways_to ways_can diophantine fermat euler_totient proof_by induction prove_that prove_by show_that
    contradiction lemma theorem corollary conjecture axiom set_theory subsets cardinality bijection injective surjective
    equivalence_relation truth_table tautology propositional predicate_logic first_order quantifier boolean_algebra
    syllogism syllogisms premise premises logically graph_theory vertices edges_in chromatic hamiltonian eulerian 质数
    素数 整除 约数 因数 倍数 公约数 公倍数 最大公 最小公 余数 同余 奇数 偶数 完全平 位数 数字之 连续整 正整数 自然数
    阶乘 排列 组合数 几种方 多少种 鸽巢 抽屉原 容斥 递推 等差 等比 第几 通项 归纳法 反证 证明 求证 定理 引理 集合 子集
    真值表 命题 逻辑题 推理题`,
  mechanics: `
    velocity velocities acceleration accelerates accelerating decelerates speed_of momentum_of impulse force_of
    net_force friction frictionless newton newtons kinetic_energy potential_energy joule joules work_done power_of watt
    watts kilowatt horsepower torque angular_velocity angular_momentum moment_of inertia centripetal pendulum
    spring_constant oscillation harmonic_oscillator projectile trajectory launched thrown free_fall dropped_from
    inclined_plane pulley tension_in normal_force mass_of weight_of density_of buoyancy buoyant archimedes
    bernoulli_equation fluid_flow flow_rate reynolds viscosity pascal pascals pressure_of hydrostatic stress_strain
    young_modulus shear_stress bending_moment beam cantilever truss deflection thermodynamics entropy enthalpy
    heat_transfer specific_heat heat_capacity temperature_of ideal_gas carnot adiabatic isothermal thermal_conductivity
    latent_heat boiling_point melting_point 速度 加速度 匀速 匀加速 初速度 动量 冲量 合力 摩擦力 牛顿 动能 势能 机械能
    功率 力矩 角速度 转动惯 向心力 单摆 弹簧 抛体 自由落 斜面 滑轮 拉力 支持力 重力 质量为 密度 浮力 压强 压力 流速 应力
    弯矩 热力学 比热 理想气 绝热`,
  fields: `
    voltage voltages volt volts ampere amperes amps current_through current_in resistance_of ohm ohms ohm_s kirchhoff
    circuit circuits in_series in_parallel capacitance inductance impedance reactance resonant_frequency rlc rc_circuit
    phasor electric_field magnetic_field electromagnetic coulomb gauss_law faraday maxwell lorentz magnetic_flux
    solenoid dipole photon photons wavelength frequency_of hertz diffraction interference refraction refractive_index
    lens focal_length mirror optics laser polarization doppler sound_wave decibel quantum quantum_mechanics schrodinger
    wavefunction wave_function hamiltonian_operator uncertainty_principle spin_half qubit qubits entanglement relativity
    special_relativity general_relativity spacetime black_hole black_holes event_horizon lagrangian particle_physics
    boson fermion quark neutrino nuclear_decay half_life radioactive isotope cross_section planck boltzmann plasma
    superconductor semiconductor band_gap 电压 电流 电阻 欧姆 串联 并联 电路 电容 电感 阻抗 电场 磁场 电磁 库仑 磁通
    波长 频率 折射 透镜 焦距 干涉 衍射 量子 光子 薛定谔 波函数 相对论 黑洞 半衰期 放射 超导 半导体`,
  chemistry: `
    mole moles molar molarity molality molar_mass stoichiometry limiting_reagent balanced_equation balance_the reactant
    reactants reagent reagents yield_of titration titrate buffer_solution ph_of pka acid acids base_solution hydroxide
    hydrochloric sulfuric nitric sodium potassium calcium magnesium chloride carbonate sulfate nitrate oxide hydrogen
    oxygen nitrogen carbon carbon_dioxide nacl hcl naoh ammonia methane ethane ethanol benzene alkane alkene ketone
    aldehyde ester amine polymer polymers catalyst catalysis electrolysis electrochemistry oxidation redox
    reduction_potential equilibrium_constant le_chatelier rate_law activation_energy gibbs exothermic endothermic
    covalent ionic_bond hybridization orbital electron_configuration periodic_table valence solubility precipitate
    distillation chromatography spectroscopy nmr crystal lattice solvent solute concentration_of dilute dilution
    grams_of liters_of milliliters 摩尔 物质的量 化学方 配平 反应物 生成物 酸碱 盐酸 硫酸 氢氧化 氧化钠 滴定 浓度 溶液
    溶质 溶剂 氧化还 电解 催化剂 化学平 平衡常 有机物 烷烃 元素周 化合价 沉淀 分子式 化学`,
  money_math: `
    interest_rate simple_interest compound_interest compounded compounding principal_of apr apy annuity annuities
    mortgage_payment monthly_payment loan_payment amortization amortize down_payment present_value future_value npv
    net_present irr discount_rate cash_flows payback break_even breakeven roi cagr annualized yield_to bond_price
    coupon_rate face_value black_scholes option_price call_option put_option strike_price implied_volatility greeks
    sharpe beta_of capm wacc ebitda ebit eps p_e price_to earnings_per gross_margin profit_margin markup
    percent_discount discount_of sales_tax tip_on tax_bracket effective_tax exchange_rate convert_usd depreciation
    straight_line salvage_value marginal_cost marginal_revenue fixed_cost fixed_costs variable_cost variable_costs
    unit_cost total_cost total_revenue per_unit elasticity consumer_surplus supply_curve demand_curve nash_equilibrium
    payoff_matrix utility_function linear_programming objective_function optimal_solution simplex constraint constraints
    subject_to minimize maximise maximize minimise economic_order eoq 利率 单利 复利 本金 年化 月供 等额 贷款总 首付
    现值 终值 净现值 折现 内部收 回本 盈亏平 投资回 收益率 市盈率 毛利率 净利率 折扣 打折 打几折 税后 税前 个税 汇率
    折旧 边际 成本 售价 利润率 定价 每股 弹性 最优解 线性规 目标函`,
  measure: `
    km kilometers kilometres miles mph kmh km_h meters metres centimeters cm mm inches inch feet foot yards acres
    hectares kg kilograms kilogram grams pounds lbs ounces oz tons tonnes liters litres gallons ml cups tablespoons
    celsius fahrenheit kelvin kwh kw mw seconds minutes hours per_hour per_minute per_second per_day per_week per_month
    per_year dollars usd euros eur cents rupees yen yuan gbp percent percentage percentages ratio ratios half_of
    third_of quarter_of twice_as times_as times_more more_than less_than fewer_than at_least at_most average_of total_of
    altogether in_total each_day how_long how_far how_fast how_old how_much how_many what_percentage what_fraction
    round_to nearest_tenth decimal_places significant_figures 公里 千米 厘米 毫米 英寸 公斤 千克 毫升 平方米 立方米
    摄氏度 小时 分钟 每小时 每分钟 每天 每秒 块钱 美元 百分之 百分比 比例 一半 三分之 四分之 平均 总共 一共 多少 几个
    几天 多久 多远 多快 几岁 各有`,
  compute: `
    calculate calculates calculated calculating calculation calculations compute computes computing_the evaluate solve
    solved solving find_the find_all determine_the determine_if determine_whether estimate_the estimate_how derive
    derivation deduce work_out figure_out convert_the simulate optimize_for prove proof disprove verify_that
    check_whether add_up subtract multiply multiplied divide divided minus plus equals squared cubed square_root
    cube_root show_your show_work step_solution numeric numerical numerically approximate approximation formula_for
    closed_form word_problem math_problem math_question maths mathematics mathematical arithmetic homework_problem
    physics_problem 计算 算一下 算出 求解 求出 求值 解方程 估算 推导 换算 验算 解题 数学题 应用题 物理题 化学题 答案是
    加上 减去 乘以 除以 平方 立方 开方 开根 约等于 保留两 等于`,
  riddle: `
    riddle riddles puzzle puzzles brain_teaser brainteaser logic_puzzle sudoku crossword knights_and knaves liar liars
    truth_teller truth_tellers always_lies always_tells weighing_scale balance_scale fake_coin prisoners hat_color
    river_crossing farmer_fox wolf_goat monty_hall birthday_paradox trolley sequence sequences pattern_of older_than
    younger_than taller_than shorter_than years_older twice_his twice_her brother brothers sister sisters siblings
    daughters sons sits_next seated sitting clues deduce_who who_lives zebra_puzzle chessboard checkmate chess_position
    best_move apples oranges_left bananas apple_left overtake overtook second_place trick_question shirts_dry killers_in
    candles 谜题 谜语 猜谜 脑筋急 逻辑推 说谎 说真话 真话 假话 称重 天平 假币 囚犯 帽子 过河 数独 规律 找规律 下一个数
    填空 年龄 哥哥 弟弟 姐姐 妹妹 鸡兔同 蜗牛 植树 追及 相遇 工程问 浓度问 坐在 排队 握手`,
  economy: `
    stock stocks shares share_price etf etfs index_fund mutual_fund hedge_fund portfolio portfolios dividend dividends
    bond bonds treasury yield_curve inflation deflation interest_rates federal_reserve central_bank monetary_policy
    fiscal_policy gdp recession unemployment trade_deficit tariff tariffs bitcoin btc ethereum crypto cryptocurrency
    blockchain defi nft nfts token_price forex trading trader day_trading backtest candlestick moving_average rsi macd
    bollinger futures swap hedging arbitrage volatility liquidity market_cap ipo venture_capital private_equity
    valuation dcf_model balance_sheet income_statement retained_earnings accounts_payable accounts_receivable
    journal_entry journal_entries debit credit_account ledger bookkeeping quickbooks gaap ifrs audit_report tax taxes
    irs roth ira pension retirement savings_account credit_card credit_score bank_account budget budgeting insurance
    premium_payment microeconomics macroeconomics keynesian supply_and demand_for monopoly oligopoly 股票 基金 债券 国债
    理财 投资 指数基 分红 股息 通胀 通货膨 央行 货币政 财政政 经济 金融 比特币 区块链 加密货 期货 外汇 量化 均线 估值
    财报 资产负 利润表 现金流 会计 分录 借方 贷方 税务 缴税 养老金 公积金 信用卡 保险 理赔`,
} as const;
