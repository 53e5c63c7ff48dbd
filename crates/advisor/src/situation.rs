//! What the advice is for.

use nonlin::card::{Text, text};
use serde::{Serialize, Serializer};

/// Declares an enum of named things: every variant with its name and what it is in words.
macro_rules! named {
    ($(#[$meta:meta])* $Name:ident { $($(#[doc = $doc:literal])* $Variant:ident = $name:literal, $en:literal, $zh:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $($(#[doc = $doc])* $Variant),+
        }

        impl $Name {
            /// All of them, in the order in which they are listed.
            pub const ALL: &'static [$Name] = &[$($Name::$Variant),+];

            /// The name on the command line and in JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $($Name::$Variant => $name),+
                }
            }

            /// What it is, in words.
            pub const fn text(self) -> Text {
                match self {
                    $($Name::$Variant => text($en, $zh)),+
                }
            }

            /// The one of this name.
            pub fn of_name(name: &str) -> Option<$Name> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

named! {
    /// What the network is to do.
    Task {
        /// One of two classes, labelled 0 and 1.
        Binary = "binary", "two classes, labelled 0 and 1", "二分类，标签为 0 与 1";
        /// One of two classes, labelled −1 and 1.
        BinarySigned = "binary-signed", "two classes, labelled −1 and 1", "二分类，标签为 −1 与 1";
        /// One of several classes.
        MultiClass = "multi-class", "one of several classes", "多分类";
        /// Any number of labels at once.
        MultiLabel = "multi-label", "any number of labels at once", "多标签";
        /// Real numbers without bounds.
        Regression = "regression", "real numbers without bounds", "回归，目标无界";
        /// Positive numbers.
        RegressionPositive = "regression-positive", "positive numbers", "回归，目标为正数";
        /// Numbers between two bounds.
        RegressionBounded = "regression-bounded", "numbers between two bounds", "回归，目标有上下界";
        /// Numbers of events.
        Counts = "counts", "numbers of events", "计数";
        /// The next token of a text.
        LanguageModel = "language-model", "the next token of a text", "语言模型";
        /// Images or other data that look like those given.
        Generation = "generation", "data like those given, such as images", "生成";
        /// Actions, by a policy that is rewarded.
        Policy = "policy", "actions, by reinforcement learning", "强化学习策略";
        /// A field over coordinates, such as an image or a shape.
        ImplicitField = "implicit-field", "a field over coordinates", "隐式场";
        /// The solution of a differential equation, which needs second derivatives.
        Pde = "pde", "the solution of a differential equation", "微分方程的解";
        /// One task after another, without a fresh start.
        Continual = "continual", "one task after another", "持续学习";
    }
}

named! {
    /// How the network is built.
    Architecture {
        /// Fully connected layers.
        Mlp = "mlp", "fully connected", "全连接网络";
        /// Convolutions.
        Cnn = "cnn", "convolutional", "卷积网络";
        /// Convolutions for phones and integer arithmetic.
        Mobile = "mobile", "convolutional, for phones and integers", "移动端卷积网络";
        /// Attention and feed-forward blocks.
        Transformer = "transformer", "transformer", "Transformer";
        /// A recurrent network without gates.
        Rnn = "rnn", "recurrent, without gates", "普通循环网络";
        /// A recurrent network with gates, LSTM or GRU.
        Lstm = "lstm", "LSTM or GRU", "LSTM 或 GRU";
        /// A generator and a discriminator.
        Gan = "gan", "generator and discriminator", "生成对抗网络";
        /// A U-Net that removes noise step by step.
        Diffusion = "diffusion", "diffusion", "扩散模型";
    }
}

named! {
    /// What is normalised between layers.
    Norm {
        /// Every channel over the batch.
        Batch = "batch", "batch normalisation", "批归一化";
        /// Every example over its features.
        Layer = "layer", "layer normalisation", "层归一化";
        /// Every example over groups of channels.
        Group = "group", "group normalisation", "组归一化";
        /// Every example by its root mean square.
        Rms = "rms", "RMS normalisation", "RMS 归一化";
    }
}

named! {
    /// Where the activation stands.
    Place {
        /// Between layers.
        Hidden = "hidden", "in the hidden layers", "隐藏层";
        /// At the end.
        Output = "output", "at the output", "输出层";
        /// On a path that lets another one through.
        Gate = "gate", "in a gate", "门";
    }
}

impl Task {
    /// The architecture that is taken for it where none is given.
    pub const fn usual_architecture(self) -> Architecture {
        match self {
            Task::LanguageModel => Architecture::Transformer,
            Task::Generation => Architecture::Diffusion,
            _ => Architecture::Mlp,
        }
    }
}

impl Architecture {
    /// The task that is taken for it where none is given.
    pub const fn usual_task(self) -> Task {
        match self {
            Architecture::Gan | Architecture::Diffusion => Task::Generation,
            _ => Task::MultiClass,
        }
    }

    /// The normalisation that is taken for it where none is given.
    pub const fn usual_norm(self) -> Option<Norm> {
        match self {
            Architecture::Cnn | Architecture::Mobile | Architecture::Gan => Some(Norm::Batch),
            Architecture::Transformer => Some(Norm::Layer),
            Architecture::Diffusion => Some(Norm::Group),
            Architecture::Mlp | Architecture::Rnn | Architecture::Lstm => None,
        }
    }
}

/// What the advice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// What the network is to do.
    pub task: Task,
    /// How it is built.
    pub arch: Architecture,
    /// Hidden layers, or blocks of a transformer; 0 counts as 1.
    pub depth: usize,
    /// Units in a hidden layer, which are the inputs of the next; 0 counts as 1.
    pub width: usize,
    /// What is normalised between layers, if anything is.
    pub norm: Option<Norm>,
    /// Where the activation stands.
    pub place: Place,
}

impl Situation {
    /// A task for its usual architecture with its usual normalisation: the hidden layers of a network of 3 layers of 256 units.
    pub fn of(task: Task) -> Situation {
        let arch = task.usual_architecture();
        Situation {
            task,
            arch,
            depth: 3,
            width: 256,
            norm: arch.usual_norm(),
            place: Place::Hidden,
        }
    }

    /// Whether nothing but the weights decides how wide the sums of the next layer are: a feed-forward network without
    /// normalisation and without residual connections.
    pub fn is_plain(&self) -> bool {
        let feed_forward = matches!(
            self.arch,
            Architecture::Mlp | Architecture::Cnn | Architecture::Mobile | Architecture::Gan
        );
        feed_forward && self.norm.is_none()
    }
}
