//! The rules: one table, in which an entry is a rule. What it says and where it comes from stand side by side.

use crate::advice::{Statement, claims};
use crate::computed;
use crate::initialisation::{Initialisation, Start};
use crate::situation::{Architecture, Norm, Place, Situation, Task};
use crate::source::Source;
use crate::sources::*;
use nonlin::Function;
use nonlin::card::{Text, text};

use Architecture::{Cnn, Diffusion, Gan, Lstm, Mlp, Mobile, Rnn, Transformer};
use Place::{Gate, Hidden};

/// Where a rule holds: everything that is listed has to be one of those listed; an empty list leaves it open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    tasks: &'static [Task],
    archs: &'static [Architecture],
    norms: &'static [Option<Norm>],
    places: &'static [Place],
    /// Names of the recommended function, whatever its parameters.
    functions: &'static [&'static str],
    /// Names of the recommended function or of runners-up.
    offered: &'static [&'static str],
    /// Only plain networks; see [`Situation::is_plain`].
    plain: bool,
    /// Only networks of so many layers or more.
    depth: usize,
}

const ANY: When = When {
    tasks: &[],
    archs: &[],
    norms: &[],
    places: &[],
    functions: &[],
    offered: &[],
    plain: false,
    depth: 0,
};

const HIDDEN: When = ANY.places(&[Hidden]);

const GATE: When = ANY.places(&[Gate]);

/// Layers from which a plain network counts as deep.
const DEEP: usize = 10;

const DEEP_PLAIN: When = HIDDEN.archs(&[Mlp, Cnn]).plain().from(DEEP);

/// Narrower conditions.
impl When {
    const fn tasks(self, tasks: &'static [Task]) -> When {
        When { tasks, ..self }
    }
    const fn archs(self, archs: &'static [Architecture]) -> When {
        When { archs, ..self }
    }
    const fn norms(self, norms: &'static [Option<Norm>]) -> When {
        When { norms, ..self }
    }
    const fn places(self, places: &'static [Place]) -> When {
        When { places, ..self }
    }
    const fn functions(self, functions: &'static [&'static str]) -> When {
        When { functions, ..self }
    }
    const fn offered(self, offered: &'static [&'static str]) -> When {
        When { offered, ..self }
    }
    const fn plain(self) -> When {
        When {
            plain: true,
            ..self
        }
    }
    const fn from(self, depth: usize) -> When {
        When { depth, ..self }
    }
}

impl When {
    fn holds(&self, situation: &Situation, offered: &[&str]) -> bool {
        fn open<T: PartialEq>(list: &[T], one: &T) -> bool {
            list.is_empty() || list.contains(one)
        }
        open(self.tasks, &situation.task)
            && open(self.archs, &situation.arch)
            && open(self.norms, &situation.norm)
            && open(self.places, &situation.place)
            && (self.functions.is_empty()
                || offered
                    .first()
                    .is_some_and(|name| self.functions.contains(name)))
            && (self.offered.is_empty() || offered.iter().any(|name| self.offered.contains(name)))
            && (!self.plain || situation.is_plain())
            && situation.depth.max(1) >= self.depth
    }
}

/// What a statement is computed from.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) situation: &'a Situation,
    /// The recommended function and the runners-up; nothing where a row function is recommended.
    pub(crate) offered: &'a [Function],
    pub(crate) initialisation: Option<&'a Initialisation>,
}

/// What a rule has to say.
#[derive(Clone, Copy)]
pub(crate) enum Says {
    /// This, from these sources; experiments put these claims to a test.
    This(Text, &'static [&'static Source], &'static [&'static str]),
    /// What comes out of a computation, if anything does.
    Computed(fn(&Context) -> Option<Statement>),
    /// What comes out of it for every function that is offered.
    ForEach(fn(&Context, Function) -> Option<Statement>),
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Part {
    /// A function for the place asked about. The topic of the first rule that holds decides: functions of the same topic are
    /// the runners-up.
    Use(&'static str, &'static str),
    /// A function at the end of the network; the first that holds.
    Output(&'static str),
    /// How weights start; the first that holds.
    Start(Start),
    /// What else belongs to the start.
    Prepare,
    Scale,
    Loss,
    Avoid,
    Warn,
}

/// A rule.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    when: When,
    pub(crate) part: Part,
    says: Says,
}

impl Rule {
    /// Whether it holds where functions of these names are offered, the recommended one first.
    pub(crate) fn holds(&self, situation: &Situation, offered: &[&str]) -> bool {
        self.when.holds(situation, offered)
    }

    /// What it says.
    pub(crate) fn statements(&self, context: &Context) -> Vec<Statement> {
        match self.says {
            Says::This(text, sources, ids) => vec![Statement {
                text: text.into(),
                sources: sources.iter().map(|source| (*source).clone()).collect(),
                claims: claims(ids),
            }],
            Says::Computed(statement) => statement(context).into_iter().collect(),
            Says::ForEach(statement) => context
                .offered
                .iter()
                .filter_map(|f| statement(context, *f))
                .collect(),
        }
    }
}

const fn rule(when: When, part: Part, says: Says) -> Rule {
    Rule { when, part, says }
}

use Part::{Avoid, Loss, Prepare, Scale, Use, Warn};
use Says::{Computed, ForEach, This};

const CLASSES: &[Task] = &[Task::MultiClass, Task::LanguageModel, Task::Continual];
const YES_OR_NO: &[Task] = &[Task::Binary, Task::MultiLabel];
const NUMBERS: &[Task] = &[
    Task::Regression,
    Task::RegressionPositive,
    Task::RegressionBounded,
];

/// Every rule. The order is the order of preference.
pub(crate) static RULES: &[Rule] = &[
    // Functions for hidden layers, tasks before architectures.
    rule(
        HIDDEN.tasks(&[Task::ImplicitField]),
        Use("field", "sine(omega=30)"),
        This(
            text(
                "Sine units of frequency 30 fit a field together with its derivatives; the derivative of such a network is \
                 one of the same kind.",
                "频率为 30 的正弦单元能同时拟合场及其导数；这类网络的导数仍是同类网络。",
            ),
            &[&SIREN, &SIREN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Pde]),
        Use("pde", "tanh"),
        This(
            text(
                "Smooth, so that the second derivatives in the equation exist; the authors of physics-informed networks use \
                 it.",
                "光滑，方程中的二阶导数存在；物理信息神经网络的作者即用此函数。",
            ),
            &[&PINN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Pde]),
        Use("pde", "sine(omega=30)"),
        This(
            text(
                "The derivative of a sine network is a sine network; its authors solve wave and Helmholtz equations with it.",
                "正弦网络的导数仍是正弦网络；其作者用它求解波动方程与亥姆霍兹方程。",
            ),
            &[&SIREN, &SIREN_DATA],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Pde]),
        Use("pde", "swish"),
        This(
            text(
                "With sigmoid and tanh one of those that do better than ReLU in the comparisons there are.",
                "与 sigmoid、tanh 同属现有比较中优于 ReLU 的函数。",
            ),
            &[&PHYSICS_WITHOUT_RELU],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Policy]).archs(&[Cnn]),
        Use("policy from images", "relu"),
        This(
            text(
                "What OpenAI's baselines put between the convolutions of a policy that sees images.",
                "OpenAI baselines 在图像输入策略的卷积层之间使用它。",
            ),
            &[&BASELINES_NETWORKS],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Policy]),
        Use("policy", "tanh"),
        This(
            text(
                "The default of OpenAI's baselines for policies, in two layers of 64 units.",
                "OpenAI baselines 的策略网络默认用它，两层各 64 个单元。",
            ),
            &[&BASELINES_NETWORKS],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Continual]),
        Use("continual", "leaky_relu"),
        This(
            text(
                "Its derivative has a floor above 0, and the activation is a main lever on whether a network goes on learning \
                 from task to task.",
                "导数有大于 0 的下限，而激活函数是网络能否一个任务接一个任务学下去的主要因素之一。",
            ),
            &[&PLASTICITY],
            &["C10", "C50"],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Continual]),
        Use("continual", "rrelu"),
        This(
            text(
                "Has the same floor under its derivative, with slopes drawn at random in training.",
                "导数同样有下限，训练时斜率随机抽取。",
            ),
            &[&PLASTICITY],
            &["C32", "C50"],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Continual]),
        Use("continual", "prelu"),
        This(
            text(
                "Has the same floor under its derivative as long as its slope is not 0, and learns the slope.",
                "只要斜率不为 0，导数同样有下限；斜率由学习得到。",
            ),
            &[&PLASTICITY],
            &["C31", "C50"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Lstm]),
        Use("gated recurrent", "tanh"),
        This(
            text(
                "What goes into the cell and what comes out of it, by default; the gates are sigmoids.",
                "默认用于进入与离开细胞状态的信号；门用 sigmoid。",
            ),
            &[&KERAS_LSTM, &KERAS_GRU],
            &["C43"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Rnn]),
        Use("recurrent", "relu"),
        This(
            text(
                "With recurrent weights that start as the identity, comparable to an LSTM on tasks with a long memory.",
                "循环权重从单位矩阵开始时，在长程记忆任务上可与 LSTM 相比。",
            ),
            &[&IRNN],
            &["C44"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Rnn]),
        Use("recurrent", "tanh"),
        This(
            text(
                "The default, bounded, with orthogonal recurrent weights.",
                "默认函数，有界，循环权重取正交矩阵。",
            ),
            &[&KERAS_RNN],
            &["C44"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Gan]),
        Use("gan", "leaky_relu(negative_slope=0.2)"),
        This(
            text(
                "In the discriminator, at every layer but the last.",
                "用于判别器除最后一层外的每一层。",
            ),
            &[&DCGAN, &DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Gan]),
        Use("gan", "relu"),
        This(
            text(
                "In the generator, at every layer but the last.",
                "用于生成器除最后一层外的每一层。",
            ),
            &[&DCGAN, &DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Diffusion]),
        Use("diffusion", "swish"),
        This(
            text(
                "After the group normalisations in the residual blocks of the U-Net, and on the embedding of the step.",
                "用于 U-Net 残差块中的组归一化之后，以及时间步嵌入上。",
            ),
            &[&DDPM, &DDPM_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::LanguageModel]),
        Use("language model", "swish"),
        This(
            text(
                "On one of two linear paths whose product is the feed-forward layer (SwiGLU): better in the feed-forward \
                 layers of transformers than ReLU or GELU, and what LLaMA uses.",
                "用在前馈层两条线性通路之一上，两者相乘（SwiGLU）：在 Transformer 前馈层中优于 ReLU 与 GELU，LLaMA 即用它。",
            ),
            &[&GLU_VARIANTS, &LLAMA],
            &["C46"],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::LanguageModel]),
        Use("language model", "gelu_tanh"),
        This(
            text(
                "In a feed-forward layer without a gate, what GPT-2 uses.",
                "前馈层不带门时，GPT-2 即用它。",
            ),
            &[&GPT_2_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Transformer]),
        Use("transformer", "gelu"),
        This(
            text(
                "What BERT and the vision transformer use in their feed-forward layers.",
                "BERT 与 ViT 的前馈层均用它。",
            ),
            &[&BERT, &BERT_CODE, &VIT_CODE],
            &["C37"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Transformer]),
        Use("transformer", "swish"),
        This(
            text(
                "On one of two linear paths whose product is the feed-forward layer (SwiGLU), better there than ReLU or GELU.",
                "用在前馈层两条线性通路之一上，两者相乘（SwiGLU），在此优于 ReLU 与 GELU。",
            ),
            &[&GLU_VARIANTS],
            &["C46"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Mobile]),
        Use("mobile", "hard_swish"),
        This(
            text(
                "Swish without an exponential; MobileNetV3 uses it in the deeper half of the network.",
                "不含指数的 swish；MobileNetV3 将其用于网络较深的一半。",
            ),
            &[&MOBILENET_V3],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Mobile]),
        Use("mobile", "relu6"),
        This(
            text(
                "Robust where arithmetic has few bits.",
                "在低精度运算下稳健。",
            ),
            &[&MOBILENET_V2],
            &[],
        ),
    ),
    rule(
        DEEP_PLAIN,
        Use("deep and plain", "elu"),
        This(
            text(
                "Smooth functions on the edge of chaos carry a signal deeper than ReLU does.",
                "光滑函数在混沌边缘上比 ReLU 能把信号传得更深。",
            ),
            &[&HAYOU],
            &["C35"],
        ),
    ),
    rule(
        DEEP_PLAIN,
        Use("deep and plain", "tanh"),
        This(
            text(
                "Has such an edge too, with weights and biases to match.",
                "也有这样的边缘，权重与偏置需与之相配。",
            ),
            &[&HAYOU],
            &[],
        ),
    ),
    rule(
        DEEP_PLAIN,
        Use("deep and plain", "selu"),
        This(
            text(
                "Draws mean and variance of what a layer passes on to 0 and 1, with weights of variance 1/inputs.",
                "权重方差为 1/输入数时，把每层输出的均值与方差拉向 0 与 1。",
            ),
            &[&SELU, &TORCH_INIT],
            &["C34"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Cnn]),
        Use("cnn", "relu"),
        This(
            text(
                "An excellent default for hidden units.",
                "隐藏单元的极佳默认选择。",
            ),
            &[&HIDDEN_UNITS],
            &["C36"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Cnn]).norms(&[Some(Norm::Batch)]),
        Use("cnn", "relu"),
        This(
            text(
                "With batch normalisation the choice matters little: on ImageNet at 128 pixels ReLU reached 0.499, ELU 0.498, \
                 PReLU 0.503, sigmoid 0.475.",
                "有批归一化时选择影响不大：128 像素 ImageNet 上 ReLU 为 0.499，ELU 0.498，PReLU 0.503，sigmoid 0.475。",
            ),
            &[&CAFFENET],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Cnn]),
        Use("cnn", "swish"),
        This(
            text(
                "YOLOv5 replaced leaky ReLU and hard swish by it.",
                "YOLOv5 用它替换了 leaky ReLU 与 hard swish。",
            ),
            &[&SWISH, &YOLO_V5],
            &["C36"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Cnn]),
        Use("cnn", "gelu"),
        This(
            text(
                "ConvNeXt has one per block, between its two pointwise convolutions.",
                "ConvNeXt 每个模块用一个，位于两个逐点卷积之间。",
            ),
            &[&CONVNEXT_CODE],
            &["C37"],
        ),
    ),
    rule(
        HIDDEN.archs(&[Cnn]),
        Use("cnn", "mish"),
        This(
            text("In the backbone of YOLOv4.", "用于 YOLOv4 的骨干网络。"),
            &[&YOLO_V4],
            &["C37"],
        ),
    ),
    rule(
        HIDDEN,
        Use("default", "relu"),
        This(
            text(
                "An excellent default for hidden units.",
                "隐藏单元的极佳默认选择。",
            ),
            &[&HIDDEN_UNITS],
            &["C1", "C12"],
        ),
    ),
    rule(
        HIDDEN,
        Use("default", "gelu"),
        This(
            text(
                "Did better than ReLU and ELU in its authors' experiments on vision, text and speech.",
                "在其作者的视觉、文本与语音实验中优于 ReLU 与 ELU。",
            ),
            &[&GELU],
            &["C37"],
        ),
    ),
    rule(
        HIDDEN.plain(),
        Use("default", "selu"),
        This(
            text(
                "Keeps mean and variance without normalisation, with weights of variance 1/inputs and AlphaDropout in place of \
                 dropout.",
                "权重方差为 1/输入数、用 AlphaDropout 代替 dropout 时，无需归一化即可保持均值与方差。",
            ),
            &[&SELU, &KERAS_SELU],
            &["C34"],
        ),
    ),
    // Gates.
    rule(
        GATE.archs(&[Lstm]),
        Use("gate of a cell", "sigmoid"),
        This(
            text(
                "Between 0, closed, and 1, open; the default of LSTM and GRU.",
                "介于 0（关）与 1（开）之间；LSTM 与 GRU 的默认门函数。",
            ),
            &[&KERAS_LSTM, &KERAS_GRU],
            &["C43"],
        ),
    ),
    rule(
        GATE.archs(&[Mobile]),
        Use("gate on a phone", "hard_sigmoid"),
        This(
            text(
                "A straight line held between 0 and 1, in the squeeze-and-excitation gates of MobileNetV3.",
                "截断在 0 与 1 之间的直线，用于 MobileNetV3 的 SE 门。",
            ),
            &[&MOBILENET_V3],
            &["C33"],
        ),
    ),
    rule(
        GATE.archs(&[Transformer]),
        Use("gate of a feed-forward layer", "swish"),
        This(
            text(
                "SwiGLU: better in the feed-forward layers of transformers than ReLU or GELU, and what LLaMA uses.",
                "SwiGLU：在 Transformer 前馈层中优于 ReLU 与 GELU，LLaMA 即用它。",
            ),
            &[&GLU_VARIANTS, &LLAMA],
            &["C46"],
        ),
    ),
    rule(
        GATE.archs(&[Transformer]),
        Use("gate of a feed-forward layer", "gelu"),
        This(
            text("GEGLU, from the same comparison.", "GEGLU，出自同一比较。"),
            &[&GLU_VARIANTS],
            &["C46"],
        ),
    ),
    rule(
        GATE,
        Use("gate", "sigmoid"),
        This(
            text(
                "The gate of a gated linear unit: a share between 0 and 1 of the other path.",
                "门控线性单元的门：另一通路通过的份额，介于 0 与 1 之间。",
            ),
            &[&GLU],
            &["C46"],
        ),
    ),
    // The end of the network.
    rule(
        ANY.archs(&[Gan]).tasks(&[Task::Generation]),
        Part::Output("tanh"),
        This(
            text(
                "At the end of the generator, for images scaled to −1…1; the discriminator ends in one sigmoid.",
                "用于生成器末端，图像缩放到 −1…1；判别器以一个 sigmoid 结束。",
            ),
            &[&DCGAN, &DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Diffusion]).tasks(&[Task::Generation]),
        Part::Output("identity"),
        This(
            text(
                "A convolution without an activation, which predicts the noise.",
                "不带激活的卷积，预测噪声。",
            ),
            &[&DDPM, &DDPM_CODE],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Transformer]).tasks(&[Task::Generation]),
        Part::Output("softmax"),
        This(
            text(
                "A probability for every token that may come next.",
                "给出下一个词元的概率分布。",
            ),
            &[&OUTPUT_UNITS, &GPT_2_CODE],
            &["C25"],
        ),
    ),
    rule(
        ANY.tasks(CLASSES),
        Part::Output("softmax"),
        This(
            text(
                "A probability for every class; they add up to 1.",
                "每一类给出一个概率，总和为 1。",
            ),
            &[&OUTPUT_UNITS],
            &["C25", "C45"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Binary]),
        Part::Output("sigmoid"),
        This(
            text(
                "One unit, the probability of the class labelled 1.",
                "一个单元，给出标签为 1 的概率。",
            ),
            &[&OUTPUT_UNITS],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::MultiLabel]),
        Part::Output("sigmoid"),
        This(
            text(
                "A unit for every label, each a probability of its own.",
                "每个标签一个单元，各自独立给出概率。",
            ),
            &[&OUTPUT_UNITS, &TORCH_BCE],
            &["C45", "C49"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::BinarySigned]),
        Part::Output("identity"),
        This(
            text(
                "One unit without an activation: its sign is the class, its size the margin.",
                "一个不带激活的单元：符号即类别，大小即间隔。",
            ),
            &[&KERAS_HINGE],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::RegressionPositive]),
        Part::Output("softplus"),
        Computed(computed::positive_output),
    ),
    rule(
        ANY.tasks(&[Task::RegressionBounded]),
        Part::Output("sigmoid"),
        Computed(computed::bounded_output),
    ),
    rule(
        ANY.tasks(&[Task::Counts]),
        Part::Output("identity"),
        This(
            text(
                "One unit without an activation, the logarithm of the expected count: the loss takes its exponential.",
                "一个不带激活的单元，即期望计数的对数；指数由损失函数计算。",
            ),
            &[&TORCH_POISSON],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Policy]),
        Part::Output("identity"),
        This(
            text(
                "The parameters of the distribution over actions, such as a normal one's mean, without an activation.",
                "动作分布的参数（如正态分布的均值），不带激活。",
            ),
            &[&BASELINES_POLICIES],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::ImplicitField]),
        Part::Output("identity"),
        This(
            text("The last layer has no activation.", "最后一层不带激活。"),
            &[&SIREN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Pde]),
        Part::Output("identity"),
        This(
            text("The last layer has no activation.", "最后一层不带激活。"),
            &[&PINN_CODE],
            &[],
        ),
    ),
    rule(
        ANY,
        Part::Output("identity"),
        This(
            text(
                "No activation: the unit is the mean of a normal distribution, and may be any number.",
                "不带激活：单元即正态分布的均值，可取任意实数。",
            ),
            &[&OUTPUT_UNITS],
            &["C45"],
        ),
    ),
    // How weights start.
    rule(
        HIDDEN.functions(&["sine"]),
        Part::Start(Start::Siren(30.0)),
        This(
            text(
                "Every layer but the first starts uniform up to √(6/inputs)/30, so that its sums keep their distribution.",
                "除第一层外，每层权重取上界为 √(6/输入数)/30 的均匀分布，使各层加权和保持同一分布。",
            ),
            &[&SIREN, &SIREN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Pde]).functions(&["tanh"]),
        Part::Start(Start::Glorot),
        This(
            text(
                "Glorot's rule, from truncated normal numbers.",
                "Glorot 规则，取截断正态分布。",
            ),
            &[&PINN_CODE],
            &["C28"],
        ),
    ),
    rule(
        HIDDEN.tasks(&[Task::Policy]).archs(&[Mlp, Cnn]),
        Part::Start(Start::Orthogonal(std::f64::consts::SQRT_2)),
        This(
            text(
                "Hidden layers start orthogonal with gain √2.",
                "隐藏层权重取增益为 √2 的正交矩阵。",
            ),
            &[&BASELINES_NETWORKS],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Lstm]).places(&[Hidden, Gate]),
        Part::Start(Start::Glorot),
        This(
            text(
                "Glorot's rule, uniform, for the weights from the input; orthogonal matrices for the recurrent ones.",
                "输入权重按 Glorot 规则取均匀分布，循环权重取正交矩阵。",
            ),
            &[&KERAS_LSTM, &KERAS_GRU],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Rnn]),
        Part::Start(Start::Glorot),
        This(
            text(
                "Glorot's rule, uniform, for the weights from the input.",
                "输入权重按 Glorot 规则取均匀分布。",
            ),
            &[&KERAS_RNN],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Gan]),
        Part::Start(Start::Normal(0.02)),
        This(
            text(
                "All weights normal with std 0.02.",
                "所有权重取 std = 0.02 的正态分布。",
            ),
            &[&DCGAN, &DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Transformer]).places(&[Hidden, Gate]),
        Part::Start(Start::Normal(0.02)),
        This(
            text(
                "Normal with std 0.02, as in BERT (truncated) and GPT-2.",
                "取 std = 0.02 的正态分布，BERT（截断）与 GPT-2 均如此。",
            ),
            &[&BERT_CODE, &GPT_2_CODE],
            &[],
        ),
    ),
    rule(
        DEEP_PLAIN,
        Part::Start(Start::Edge(0.2)),
        This(
            text(
                "On the edge of chaos information goes deeper, and training is faster.",
                "在混沌边缘上信息传得更深，训练更快。",
            ),
            &[&HAYOU],
            &["C28"],
        ),
    ),
    rule(
        HIDDEN.functions(&["relu", "leaky_relu", "prelu", "rrelu"]),
        Part::Start(Start::Gain),
        This(
            text(
                "He's rule: the gain makes up for what the rectifier takes away, √2 for ReLU.",
                "He 规则：增益弥补整流带来的损失，ReLU 为 √2。",
            ),
            &[&HE],
            &["C28"],
        ),
    ),
    rule(
        HIDDEN,
        Part::Start(Start::Gain),
        This(
            text(
                "He's rule with the gain of this function instead of ReLU's √2.",
                "He 规则，但用该函数自身的增益代替 ReLU 的 √2。",
            ),
            &[&HE],
            &["C28"],
        ),
    ),
    rule(
        HIDDEN.functions(&["sine"]),
        Prepare,
        This(
            text(
                "The first layer starts uniform up to 1/inputs, with its own number of inputs.",
                "第一层权重取上界为 1/输入数的均匀分布，输入数为该层自身的。",
            ),
            &[&SIREN, &SIREN_CODE],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Rnn]).functions(&["relu"]),
        Prepare,
        This(
            text(
                "The recurrent weights start as the identity matrix, or a multiple of it.",
                "循环权重从单位矩阵或其倍数开始。",
            ),
            &[&IRNN],
            &["C44"],
        ),
    ),
    rule(
        ANY.archs(&[Lstm]).places(&[Hidden, Gate]),
        Prepare,
        This(
            text(
                "The bias of an LSTM's forget gate starts at 1.",
                "LSTM 遗忘门的偏置从 1 开始。",
            ),
            &[&KERAS_LSTM],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Transformer]).places(&[Hidden, Gate]),
        Prepare,
        Computed(computed::residual_scale),
    ),
    rule(
        ANY.archs(&[Transformer])
            .functions(&["swish"])
            .places(&[Hidden, Gate]),
        Prepare,
        Computed(computed::gated_width),
    ),
    rule(
        ANY.tasks(&[Task::Policy]),
        Prepare,
        This(
            text(
                "The last layer of the policy starts with gain 0.01.",
                "策略的最后一层增益取 0.01。",
            ),
            &[&BASELINES_POLICIES],
            &[],
        ),
    ),
    rule(
        HIDDEN.archs(&[Diffusion]),
        Prepare,
        This(
            text(
                "The last convolution of every residual block and of the network starts at 0.",
                "每个残差块的最后一个卷积以及网络末层卷积从 0 开始。",
            ),
            &[&DDPM_CODE],
            &[],
        ),
    ),
    rule(HIDDEN, Prepare, Computed(computed::signal)),
    // Inputs.
    rule(
        ANY.tasks(&[Task::ImplicitField]),
        Scale,
        This(
            text("Coordinates in −1…1.", "坐标缩放到 −1…1。"),
            &[&SIREN_DATA],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Pde]),
        Scale,
        This(
            text(
                "Coordinates scaled from the domain to −1…1 before the first layer.",
                "第一层之前把坐标从定义域缩放到 −1…1。",
            ),
            &[&PINN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Policy]),
        Scale,
        This(
            text(
                "Observations by their running mean and standard deviation, cut off at ±5.",
                "观测值按滑动均值与标准差归一化，截断于 ±5。",
            ),
            &[&BASELINES_NETWORKS],
            &[],
        ),
    ),
    rule(
        ANY.archs(&[Gan]).tasks(&[Task::Generation]),
        Scale,
        This(
            text(
                "Images to −1…1, the range of the generator's tanh.",
                "图像缩放到 −1…1，与生成器末端 tanh 的值域一致。",
            ),
            &[&DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[
            Task::Binary,
            Task::BinarySigned,
            Task::MultiClass,
            Task::MultiLabel,
            Task::Regression,
            Task::RegressionPositive,
            Task::RegressionBounded,
            Task::Counts,
            Task::Continual,
        ])
        .archs(&[Mlp, Cnn, Mobile, Rnn, Lstm]),
        Scale,
        This(
            text(
                "Every input to mean 0 and standard deviation 1 over the training data.",
                "按训练集把每个输入归一化到均值 0、标准差 1。",
            ),
            &[&EFFICIENT_BACKPROP],
            &["C27"],
        ),
    ),
    // Losses.
    rule(
        ANY.tasks(YES_OR_NO),
        Loss,
        This(
            text(
                "Binary cross-entropy of the logit, in one function with the sigmoid: that is numerically more stable.",
                "对 logit 计算二元交叉熵，与 sigmoid 合并为一个函数，数值上更稳定。",
            ),
            &[&OUTPUT_UNITS, &TORCH_BCE],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::BinarySigned]),
        Loss,
        This(
            text(
                "Hinge loss, max(0, 1 − y·f), for labels −1 and 1.",
                "合页损失 max(0, 1 − y·f)，标签为 −1 与 1。",
            ),
            &[&KERAS_HINGE],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(CLASSES),
        Loss,
        This(
            text(
                "Cross-entropy of the logits, in one function with the softmax.",
                "对 logits 计算交叉熵，与 softmax 合并为一个函数。",
            ),
            &[&OUTPUT_UNITS, &TORCH_CROSS_ENTROPY],
            &["C24", "C26"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Generation]).archs(&[Transformer]),
        Loss,
        This(
            text(
                "Cross-entropy of the logits, in one function with the softmax.",
                "对 logits 计算交叉熵，与 softmax 合并为一个函数。",
            ),
            &[&OUTPUT_UNITS, &TORCH_CROSS_ENTROPY],
            &["C24", "C26"],
        ),
    ),
    rule(
        ANY.tasks(NUMBERS),
        Loss,
        This(
            text(
                "Mean squared error, which is the likelihood of a normal distribution.",
                "均方误差，即正态分布的似然。",
            ),
            &[&OUTPUT_UNITS],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Generation])
            .archs(&[Mlp, Cnn, Mobile, Rnn, Lstm]),
        Loss,
        This(
            text(
                "Mean squared error, which is the likelihood of a normal distribution.",
                "均方误差，即正态分布的似然。",
            ),
            &[&OUTPUT_UNITS],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Counts]),
        Loss,
        This(
            text(
                "The negative log-likelihood of a Poisson distribution, e^f − y·f.",
                "泊松分布的负对数似然 e^f − y·f。",
            ),
            &[&TORCH_POISSON],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Generation]).archs(&[Gan]),
        Loss,
        This(
            text(
                "Binary cross-entropy of the discriminator, real against generated; the generator is trained towards “real”.",
                "判别器用二元交叉熵区分真实与生成样本；生成器以“真实”为目标训练。",
            ),
            &[&DCGAN_CODE],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Generation]).archs(&[Diffusion]),
        Loss,
        This(
            text(
                "Mean squared error of the predicted noise at a random step.",
                "随机时间步上预测噪声的均方误差。",
            ),
            &[&DDPM],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::ImplicitField]),
        Loss,
        This(
            text("Mean squared error.", "均方误差。"),
            &[&SIREN_LOSS],
            &[],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Pde]),
        Loss,
        This(
            text(
                "Mean squared error on the data plus the mean square of the equation's residual.",
                "数据上的均方误差加方程残差的均方。",
            ),
            &[&PINN_CODE],
            &[],
        ),
    ),
    // What not to do.
    rule(
        ANY.tasks(CLASSES),
        Avoid,
        This(
            text(
                "A softmax before a loss that takes logits: the loss has one of its own.",
                "在接收 logits 的损失之前再加 softmax：损失内部已有一个。",
            ),
            &[&TORCH_CROSS_ENTROPY],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(YES_OR_NO),
        Avoid,
        This(
            text(
                "A sigmoid before a loss that takes logits: the loss has one of its own.",
                "在接收 logits 的损失之前再加 sigmoid：损失内部已有一个。",
            ),
            &[&TORCH_BCE],
            &["C45"],
        ),
    ),
    rule(
        ANY.tasks(&[
            Task::Binary,
            Task::MultiLabel,
            Task::MultiClass,
            Task::Continual,
        ]),
        Avoid,
        This(
            text(
                "Squared error behind a sigmoid or softmax: the unit saturates, and the gradient is small where the answer is \
                 confident and wrong.",
                "sigmoid 或 softmax 之后用平方误差：单元饱和，在自信而错误之处梯度很小。",
            ),
            &[&OUTPUT_UNITS],
            &["C8", "C24"],
        ),
    ),
    rule(
        ANY.tasks(&[Task::Binary]),
        Avoid,
        Computed(computed::softmax_of_one),
    ),
    rule(
        ANY.tasks(YES_OR_NO),
        Avoid,
        Computed(computed::signed_probability),
    ),
    rule(
        ANY.tasks(&[Task::Regression]),
        Avoid,
        Computed(computed::bounded_regression),
    ),
    rule(
        ANY.tasks(&[Task::Pde]),
        Avoid,
        Computed(computed::no_second_derivative),
    ),
    rule(
        ANY.tasks(&[Task::Pde]),
        Avoid,
        This(
            text(
                "ReLU even where the equation has first derivatives alone: second ones arise in training.",
                "即使方程只含一阶导数也不要用 ReLU：训练过程中会出现二阶导数。",
            ),
            &[&PHYSICS_WITHOUT_RELU],
            &[],
        ),
    ),
    rule(
        ANY.places(&[Hidden, Gate]).archs(&[Lstm]),
        Avoid,
        Computed(computed::gate_outside_its_range),
    ),
    rule(
        HIDDEN.archs(&[Mlp, Cnn]).plain().from(8),
        Avoid,
        Computed(computed::vanishing_functions),
    ),
    rule(
        HIDDEN.archs(&[Mlp, Cnn]).plain().from(DEEP),
        Avoid,
        Computed(computed::default_linear),
    ),
    rule(
        HIDDEN.offered(&["selu"]).plain(),
        Avoid,
        Computed(computed::selu_with_he),
    ),
    rule(
        HIDDEN.offered(&["prelu"]),
        Avoid,
        This(
            text(
                "Weight decay on the slopes of PReLU.",
                "对 PReLU 的斜率做权重衰减。",
            ),
            &[&TORCH_PRELU],
            &["C31"],
        ),
    ),
    rule(
        HIDDEN
            .tasks(&[
                Task::Binary,
                Task::BinarySigned,
                Task::MultiClass,
                Task::MultiLabel,
                Task::Regression,
            ])
            .archs(&[Mlp]),
        Avoid,
        This(
            text(
                "Inputs scaled to 0…1 and left there: their mean is not 0.",
                "把输入缩放到 0…1 就不再处理：均值不为 0。",
            ),
            &[&EFFICIENT_BACKPROP, &CLAIM_27],
            &["C27"],
        ),
    ),
    // What may go wrong.
    rule(HIDDEN, Warn, ForEach(computed::drift)),
    rule(HIDDEN, Warn, Computed(computed::gradient)),
    rule(
        HIDDEN.functions(&["relu"]).archs(&[Mlp, Cnn]),
        Warn,
        Computed(computed::born_dead),
    ),
    rule(
        HIDDEN.functions(&["relu"]),
        Warn,
        This(
            text(
                "A step that is too large can leave units of ReLU at 0 for every input.",
                "一步过大可能使 ReLU 单元对所有输入都输出 0。",
            ),
            &[&CLAIM_9],
            &["C9"],
        ),
    ),
];
