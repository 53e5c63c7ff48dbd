//! Statements whose numbers are computed.

use crate::advice::{Statement, Words, claims};
use crate::initialisation::{Initialisation, Path, Signal, Start, forward_gain, quoted, short};
use crate::rules::Context;
use crate::source::Source;
use crate::sources::{
    GLU_VARIANTS, GPT_2, GPT_2_CODE, HAYOU, LLAMA, LU, PHYSICS_WITHOUT_RELU, TORCH_LINEAR,
};
use nonlin::profile::number;
use nonlin::{Function, Relu, Selu, Sigmoid, Softplus, Tanh};
use nonlin_theory::{Field, Moments, born_dead, edge};

/// The range that a function's profile claims, which the tests hold against the kernels.
fn range(f: Function) -> String {
    let (low, high) = f.profile().range;
    let open = if low.attained { '[' } else { '(' };
    let close = if high.attained { ']' } else { ')' };
    format!("{open}{}, {}{close}", number(low.value), number(high.value))
}

const RANGE: &str = "the range in the function's profile, `nonlin show`";

pub(crate) fn positive_output(_: &Context) -> Option<Statement> {
    let range = range(Softplus::default().into());
    Some(Statement::computed(
        Words::new(
            format!("Its range is {range}, that of the targets."),
            format!("值域为 {range}，与目标一致。"),
        ),
        RANGE,
        &["C45"],
    ))
}

pub(crate) fn bounded_output(_: &Context) -> Option<Statement> {
    let range = range(Sigmoid.into());
    Some(Statement::computed(
        Words::new(
            format!("Its range is {range}: low + (high − low)·sigmoid has that of the targets."),
            format!("值域为 {range}：low + (high − low)·sigmoid 的值域即目标的值域。"),
        ),
        RANGE,
        &["C45"],
    ))
}

pub(crate) fn bounded_regression(_: &Context) -> Option<Statement> {
    let (relu, sigmoid) = (range(Relu.into()), range(Sigmoid.into()));
    Some(Statement::computed(
        Words::new(
            format!(
                "ReLU or a sigmoid at the output: their ranges are {relu} and {sigmoid}, and the targets lie outside too."
            ),
            format!("输出层用 ReLU 或 sigmoid：值域为 {relu} 与 {sigmoid}，而目标也在其外。"),
        ),
        RANGE,
        &["C45"],
    ))
}

pub(crate) fn signed_probability(_: &Context) -> Option<Statement> {
    let range = range(Tanh.into());
    Some(Statement::computed(
        Words::new(
            format!(
                "tanh at the output: its range is {range}, and cross-entropy takes the logarithm of a probability."
            ),
            format!("输出层用 tanh：值域为 {range}，而交叉熵要对概率取对数。"),
        ),
        RANGE,
        &["C45"],
    ))
}

pub(crate) fn gate_outside_its_range(_: &Context) -> Option<Statement> {
    let (tanh, sigmoid) = (range(Tanh.into()), range(Sigmoid.into()));
    Some(Statement::computed(
        Words::new(
            format!(
                "tanh in a gate: its range is {tanh}, and a gate lets a share of {sigmoid} through."
            ),
            format!("门用 tanh：值域为 {tanh}，而门放行的份额在 {sigmoid} 内。"),
        ),
        RANGE,
        &["C43"],
    ))
}

pub(crate) fn softmax_of_one(_: &Context) -> Option<Statement> {
    Some(Statement::computed(
        Words::new(
            "A softmax over one unit: it is 1 whatever the unit says.",
            "对单个单元做 softmax：无论单元取何值，结果恒为 1。",
        ),
        "eˣ/eˣ = 1",
        &[],
    ))
}

/// The functions of the catalogue whose second derivative is 0 wherever it is looked at.
fn straight() -> impl Iterator<Item = Function> {
    let x: Vec<f64> = (-200..=200).map(|k| 0.0502 * f64::from(k)).collect();
    Function::all().filter(move |f| {
        let mut second = vec![0.0; x.len()];
        f.second_derivative(&x, &mut second);
        second.iter().all(|s| *s == 0.0)
    })
}

pub(crate) fn no_second_derivative(_: &Context) -> Option<Statement> {
    let names: Vec<&str> = straight().map(|f| f.name()).collect();
    let names = names.join(", ");
    Some(Statement {
        text: Words::new(
            format!(
                "Functions without a second derivative, which take the equation out of the loss: {names}."
            ),
            format!("二阶导数恒为 0 的函数，会使方程从损失中消失：{names}。"),
        ),
        sources: vec![
            Source::computed("φ″ of every function of the catalogue, `nonlin eval --order 2`"),
            PHYSICS_WITHOUT_RELU.clone(),
        ],
        claims: claims(&[]),
    })
}

/// 10 to this power, to two digits.
fn power_of_ten(log: f64) -> String {
    if (-3.0..4.0).contains(&log) {
        return short_to(10f64.powf(log), 2);
    }
    let exponent = log.floor();
    let mantissa = 10f64.powf(log - exponent);
    format!("{mantissa:.1}·10^{exponent}").replace('-', "−")
}

/// A positive number to so many significant digits.
fn short_to(x: f64, digits: i32) -> String {
    let log = x.log10();
    if !x.is_finite() {
        return "∞".to_owned();
    }
    if !(-4.0..6.0).contains(&log) {
        return power_of_ten(log);
    }
    let places = (digits - 1 - log.floor() as i32).max(0) as usize;
    format!("{x:.places$}")
}

/// What mean field theory says of the start.
pub(crate) fn signal(context: &Context) -> Option<Statement> {
    let (init, signal) = signal_of(context)?;
    let state_en = if signal.stable { "stable" } else { "unstable" };
    let state_zh = if signal.stable { "稳定" } else { "不稳定" };
    let (q, slope, chi) = (
        short(signal.variance),
        short(signal.slope),
        short(signal.chi),
    );
    let layers = short_to(signal.depth_correlation, 2);
    Some(Statement::computed(
        Words::new(
            format!(
                "The variance of the sums has the fixed point {q}, {state_en} (slope {slope}); the gradient's mean square changes \
                 by χ₁ = {chi} per layer; the correlation of two inputs has a depth scale of {layers} layers."
            ),
            format!(
                "加权和方差的不动点为 {q}，{state_zh}（斜率 {slope}）；梯度均方每层乘以 χ₁ = {chi}；两个输入的相关系数的深度\
                 尺度为 {layers} 层。"
            ),
        ),
        command(init.gain, init.bias_std, &init.function),
        &[],
    ))
}

/// The command that prints the field of a start.
fn command(gain: f64, bias_std: f64, function: &str) -> String {
    let bias = if bias_std == 0.0 {
        String::new()
    } else {
        format!(" --bias-std {bias_std}")
    };
    let name = quoted(function);
    format!("mean field theory, `nonlin field {name} --weight-std {gain}{bias}`")
}

fn signal_of<'a>(context: &Context<'a>) -> Option<(&'a Initialisation, Signal)> {
    let init = context.initialisation?;
    Some((init, init.signal?))
}

/// A fixed point that does not hold: of the recommended function with its start, of the others with their gain.
pub(crate) fn drift(context: &Context, f: Function) -> Option<Statement> {
    let situation = context.situation;
    if !situation.is_plain() {
        return None;
    }
    let (signal, gain, bias_std) = match signal_of(context) {
        Some((init, signal)) if init.function == f.to_string() => {
            (signal, init.gain, init.bias_std)
        }
        _ => {
            let start = Start::Gain.of(f, 1)?;
            (
                Signal::of(f, &start, situation.depth)?,
                start.gain,
                start.bias_std,
            )
        }
    };
    if signal.stable || !signal.drifts() {
        return None;
    }
    let [_, less, more] = signal.last_variance.map(|q| short_to(q, 3));
    let (depth, slope, gain_in_words) = (situation.depth, short(signal.slope), short(gain));
    Some(Statement::computed(
        Words::new(
            format!(
                "With gain {gain_in_words} the fixed point of {f} is unstable (slope {slope}): a variance 10 % below it is \
                 {less} after {depth} layers, one 10 % above it {more}. A normalisation sets it anew in every layer."
            ),
            format!(
                "增益为 {gain_in_words} 时 {f} 的不动点不稳定（斜率 {slope}）：低 10 % 的方差经 {depth} 层后为 {less}，高 10 % 的\
                 为 {more}。归一化可在每层重新设定方差。"
            ),
        ),
        command(gain, bias_std, &f.to_string()),
        &["C22"],
    ))
}

/// Powers of ten by which the gradient's mean square may change before it is worth a word.
const WORTH_A_WORD: f64 = 1.0;

pub(crate) fn gradient(context: &Context) -> Option<Statement> {
    let (init, signal) = signal_of(context)?;
    let log = signal.log10_gradient;
    if log.abs() < WORTH_A_WORD {
        return None;
    }
    let depth = context.situation.depth;
    let factor = power_of_ten(log);
    let (en, zh) = if log > 0.0 {
        ("grows", "增长")
    } else {
        ("shrinks", "缩小")
    };
    Some(Statement::computed(
        Words::new(
            format!(
                "From the last of {depth} layers to the first the gradient's mean square {en}, by a factor of {factor}."
            ),
            format!("从第 {depth} 层到第一层，梯度均方{zh}，因子为 {factor}。"),
        ),
        command(init.gain, init.bias_std, &init.function) + &format!(" and `--depth {depth}`"),
        &["C20", "C21", "C22"],
    ))
}

pub(crate) fn born_dead(context: &Context) -> Option<Statement> {
    let situation = context.situation;
    let (depth, width) = (situation.depth.clamp(1, 100_000), situation.width.max(1));
    let share = born_dead::probability(&vec![width; depth]);
    if share < 0.01 {
        return None;
    }
    let percent = short_to(100.0 * share, 2);
    Some(Statement {
        text: Words::new(
            format!(
                "Layers of {width} units are narrow for ReLU: with zero biases up to {percent} % of such networks are constant \
                 from the start."
            ),
            format!(
                "{width} 个单元的层对 ReLU 而言偏窄：偏置为 0 时，至多 {percent} % 的此类网络从一开始就是常数。"
            ),
        ),
        sources: vec![
            LU.clone(),
            Source::computed("1 − ∏(1 − 2^−width) over the hidden layers"),
        ],
        claims: claims(&["C11"]),
    })
}

pub(crate) fn residual_scale(context: &Context) -> Option<Statement> {
    let init = context.initialisation?;
    // Attention and the feed-forward layer add to the residual path, each once a block.
    let layers = 2 * context.situation.depth.max(1);
    let std = short(init.weight_std / (layers as f64).sqrt());
    Some(Statement {
        text: Words::new(
            format!(
                "Weights that lead onto the residual path are divided by √N, N = {layers} residual layers: std = {std}."
            ),
            format!("通向残差通路的权重除以 √N，N = {layers} 为残差层数：std = {std}。"),
        ),
        sources: vec![GPT_2.clone(), GPT_2_CODE.clone()],
        claims: claims(&[]),
    })
}

pub(crate) fn gated_width(context: &Context) -> Option<Statement> {
    let width = context.situation.width.max(1);
    let inner = (8.0 * width as f64 / 3.0).round();
    Some(Statement {
        text: Words::new(
            format!(
                "With a gate the feed-forward layer is 2/3·4d wide, so that its three matrices weigh as much as two: {inner} \
                 for d = {width}."
            ),
            format!(
                "带门的前馈层宽度取 2/3·4d，使三个矩阵的参数量与两个相当：d = {width} 时为 {inner}。"
            ),
        ),
        sources: vec![LLAMA.clone(), GLU_VARIANTS.clone()],
        claims: claims(&[]),
    })
}

/// Functions with a bounded or one-sided slope that let gradients vanish.
pub(crate) fn vanishing_functions(context: &Context) -> Option<Statement> {
    let depth = context.situation.depth;
    let parts = [Function::from(Softplus::default()), Sigmoid.into()].map(|f| {
        let start = Start::Gain.of(f, 1)?;
        let signal = Signal::of(f, &start, depth)?;
        Some((f, signal.chi, power_of_ten(signal.log10_gradient)))
    });
    let [
        Some((softplus, chi_0, all_0)),
        Some((sigmoid, chi_1, all_1)),
    ] = parts
    else {
        return None;
    };
    let none = edge(softplus, 0.0).is_empty();
    let (en, zh) = if none {
        ("; softplus has no edge of chaos", "；softplus 没有混沌边缘")
    } else {
        ("", "")
    };
    let (chi_0, chi_1) = (short_to(chi_0, 2), short_to(chi_1, 2));
    Some(Statement {
        text: Words::new(
            format!(
                "{softplus} and {sigmoid} in a plain network this deep: with the gain that keeps the variance χ₁ is {chi_0} and \
                 {chi_1}, and {all_0} and {all_1} of the gradient's mean square are left after {depth} layers{en}."
            ),
            format!(
                "在这样深的普通网络中用 {softplus} 或 {sigmoid}：取保持方差的增益时 χ₁ 为 {chi_0} 与 {chi_1}，{depth} 层后梯度均方\
                 只剩 {all_0} 与 {all_1}{zh}。"
            ),
        ),
        sources: vec![
            Source::computed("χ₁ = gain²·E f′², `nonlin gain softplus sigmoid`"),
            HAYOU.clone(),
        ],
        claims: claims(&["C20", "C39"]),
    })
}

/// What PyTorch's default weights do in a deep network.
pub(crate) fn default_linear(context: &Context) -> Option<Statement> {
    let f = *context.offered.first()?;
    let depth = context.situation.depth;
    // Uniform up to ±1/√inputs, biases too: a variance of 1/3 of 1/inputs each.
    let inputs = context.situation.width.max(1) as f64;
    let field = Field::new(f, (1.0f64 / 3.0).sqrt(), (1.0 / (3.0 * inputs)).sqrt());
    let path = Path::of(&field, 1.0, depth);
    if path.log10_gradient > -WORTH_A_WORD {
        return None;
    }
    let factor = power_of_ten(path.log10_gradient);
    Some(Statement {
        text: Words::new(
            format!(
                "PyTorch's default weights of nn.Linear, uniform up to 1/√inputs: they have variance 1/(3·inputs), and with \
                 {f} {factor} of the gradient's mean square is left after {depth} layers."
            ),
            format!(
                "PyTorch nn.Linear 的默认权重（上界 1/√输入数的均匀分布）：方差为 1/(3·输入数)，用 {f} 时 {depth} 层后梯度均方\
                 只剩 {factor}。"
            ),
        ),
        sources: vec![
            TORCH_LINEAR.clone(),
            Source::computed(format!(
                "mean field theory, `nonlin field {} --weight-std {:.6} --depth {depth}`",
                quoted(&f.to_string()),
                (1.0f64 / 3.0).sqrt()
            )),
        ],
        claims: claims(&["C12", "C28"]),
    })
}

/// What He's rule for ReLU does with SELU.
pub(crate) fn selu_with_he(context: &Context) -> Option<Statement> {
    let selu = Function::from(Selu);
    let depth = context.situation.depth;
    let gain = forward_gain(Relu.into());
    let last = Path::of(&Field::new(selu, gain, 0.0), 1.0, depth).last;
    let fixed = Moments::of(selu, 0.0, 1.0).square.value;
    if last < 2.0 * fixed {
        return None;
    }
    let variance = short_to(last, 2);
    Some(Statement::computed(
        Words::new(
            format!(
                "He's rule with SELU: gain √2 instead of 1 makes the variance of the sums {variance} in layer {depth}."
            ),
            format!(
                "SELU 配 He 规则：增益取 √2 而非 1，会使第 {depth} 层加权和的方差达到 {variance}。"
            ),
        ),
        format!("mean field theory, `nonlin field selu --weight-std {gain:.6} --depth {depth}`"),
        &["C28", "C34"],
    ))
}
