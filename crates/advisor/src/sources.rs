//! The sources that rules cite. Papers that stand on a function's card are taken from there.

use crate::source::Source;
use nonlin::card::Paper;
use nonlin::gates::Gate;
use nonlin::{Activation, Elu, Gelu, HardSwish, Prelu, Relu, Relu6, Selu, Sine, Swish};

pub(crate) static BERT: Source = Source::on_card(&Gelu::CARD, "Devlin");
pub(crate) static GELU: Source = Source::on_card(&Gelu::CARD, "Hendrycks");
pub(crate) static GLU: Source = Source::on_card(Gate::Glu.card(), "Dauphin");
pub(crate) static GLU_VARIANTS: Source = Source::on_card(Gate::Glu.card(), "Shazeer");
pub(crate) static HAYOU: Source = Source::on_card(&Elu::CARD, "Hayou");
pub(crate) static HE: Source = Source::on_card(&Prelu::CARD, "He");
pub(crate) static LU: Source = Source::on_card(&Relu::CARD, "Lu");
pub(crate) static MOBILENET_V2: Source = Source::on_card(&Relu6::CARD, "Sandler");
pub(crate) static MOBILENET_V3: Source = Source::on_card(&HardSwish::CARD, "Howard");
pub(crate) static SELU: Source = Source::on_card(&Selu::CARD, "Klambauer");
pub(crate) static SIREN: Source = Source::on_card(&Sine::CARD, "Sitzmann");
pub(crate) static SWISH: Source = Source::on_card(&Swish::CARD, "Ramachandran");

const fn paper(
    authors: &'static str,
    year: u16,
    title: &'static str,
    venue: &'static str,
) -> Source {
    Source::paper(Paper {
        authors,
        title,
        year,
        venue,
    })
}

pub(crate) static DCGAN: Source = paper(
    "Radford, Metz, Chintala",
    2015,
    "Unsupervised representation learning with deep convolutional generative adversarial networks",
    "ICLR 2016",
);
pub(crate) static DDPM: Source = paper(
    "Ho, Jain, Abbeel",
    2020,
    "Denoising diffusion probabilistic models",
    "NeurIPS",
);
pub(crate) static EFFICIENT_BACKPROP: Source = paper(
    "LeCun, Bottou, Orr, Müller",
    1998,
    "Efficient BackProp",
    "Neural Networks: Tricks of the Trade",
);
pub(crate) static GPT_2: Source = paper(
    "Radford, Wu, Child, Luan, Amodei, Sutskever",
    2019,
    "Language models are unsupervised multitask learners",
    "OpenAI",
);
pub(crate) static HIDDEN_UNITS: Source = paper(
    "Goodfellow, Bengio, Courville",
    2016,
    "Deep Learning",
    "MIT Press, section 6.3",
);
pub(crate) static IRNN: Source = paper(
    "Le, Jaitly, Hinton",
    2015,
    "A simple way to initialize recurrent networks of rectified linear units",
    "arXiv:1504.00941",
);
pub(crate) static LLAMA: Source = paper(
    "Touvron et al.",
    2023,
    "LLaMA: open and efficient foundation language models",
    "arXiv:2302.13971",
);
pub(crate) static OUTPUT_UNITS: Source = paper(
    "Goodfellow, Bengio, Courville",
    2016,
    "Deep Learning",
    "MIT Press, section 6.2",
);
pub(crate) static PHYSICS_WITHOUT_RELU: Source = paper(
    "Rowan",
    2025,
    "On the failure of ReLU activation for physics-informed machine learning",
    "arXiv:2512.11184",
);
pub(crate) static PLASTICITY: Source = paper(
    "Lillo, Cheney",
    2025,
    "Activation function design sustains plasticity in continual learning",
    "arXiv:2509.22562",
);
pub(crate) static YOLO_V4: Source = paper(
    "Bochkovskiy, Wang, Liao",
    2020,
    "YOLOv4: optimal speed and accuracy of object detection",
    "arXiv:2004.10934",
);

const fn code(repository: &'static str, file: &'static str) -> Source {
    Source::Code { repository, file }
}

pub(crate) static BASELINES_NETWORKS: Source =
    code("openai/baselines", "baselines/common/models.py");
pub(crate) static BASELINES_POLICIES: Source =
    code("openai/baselines", "baselines/common/policies.py");
pub(crate) static BERT_CODE: Source = code("google-research/bert", "modeling.py");
pub(crate) static CAFFENET: Source = code("ducha-aiki/caffenet-benchmark", "batchnorm.md");
pub(crate) static CONVNEXT_CODE: Source = code("facebookresearch/ConvNeXt", "models/convnext.py");
pub(crate) static DCGAN_CODE: Source = code("pytorch/examples", "dcgan/main.py");
pub(crate) static DDPM_CODE: Source = code("hojonathanho/diffusion", "diffusion_tf/models/unet.py");
pub(crate) static GPT_2_CODE: Source = code("openai/gpt-2", "src/model.py");
pub(crate) static PINN_CODE: Source = code(
    "maziarraissi/PINNs",
    "appendix/continuous_time_inference (Burgers)/Burgers.py",
);
pub(crate) static SIREN_CODE: Source = code("vsitzmann/siren", "modules.py");
pub(crate) static SIREN_DATA: Source = code("vsitzmann/siren", "dataio.py");
pub(crate) static SIREN_LOSS: Source = code("vsitzmann/siren", "loss_functions.py");
pub(crate) static VIT_CODE: Source = code(
    "google-research/vision_transformer",
    "vit_jax/models_vit.py",
);
pub(crate) static YOLO_V5: Source = code("ultralytics/yolov5", "release v4.0");

const fn page(of: &'static str, page: &'static str) -> Source {
    Source::Documentation { of, page }
}

pub(crate) static KERAS_GRU: Source = page("Keras", "GRU layer");
pub(crate) static KERAS_HINGE: Source = page("Keras", "losses, Hinge");
pub(crate) static KERAS_LSTM: Source = page("Keras", "LSTM layer");
pub(crate) static KERAS_RNN: Source = page("Keras", "SimpleRNN layer");
pub(crate) static KERAS_SELU: Source = page("Keras", "activations, selu");
pub(crate) static TORCH_BCE: Source = page("PyTorch", "torch.nn.BCEWithLogitsLoss");
pub(crate) static TORCH_CROSS_ENTROPY: Source = page("PyTorch", "torch.nn.CrossEntropyLoss");
pub(crate) static TORCH_INIT: Source = page("PyTorch", "torch.nn.init");
pub(crate) static TORCH_LINEAR: Source = page("PyTorch", "torch.nn.Linear");
pub(crate) static TORCH_POISSON: Source = page("PyTorch", "torch.nn.PoissonNLLLoss");
pub(crate) static TORCH_PRELU: Source = page("PyTorch", "torch.nn.PReLU");

const fn claim(id: &'static str) -> Source {
    Source::Claim { id }
}

pub(crate) static CLAIM_9: Source = claim("C9");
pub(crate) static CLAIM_27: Source = claim("C27");
