//! Values and gradients of the operations, against the library they wrap and against differences.

use burn::tensor::{Device, Distribution, Tensor, TensorData};
use nonlin_burn::{Function, PRelu, RreluMode, activation, prelu, rrelu};

fn values<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_to_vec().unwrap()
}

/// Fixed numbers in (-3, 3), no two alike and none at 0.
fn numbers(n: usize) -> Vec<f32> {
    (0..n)
        .map(|i| ((i * 37 + 11) % n) as f32 / n as f32 * 5.9 - 2.951)
        .collect()
}

#[test]
fn every_function_gives_the_bits_of_the_library_forward_and_backward() {
    let device = Device::flex().autodiff();
    let x = numbers(77);
    let dy: Vec<f32> = numbers(77).iter().rev().map(|v| v + 0.5).collect();
    for function in Function::all() {
        let tensor =
            Tensor::<2>::from_data(TensorData::new(x.clone(), [7, 11]), &device).require_grad();
        let y = activation(tensor.clone(), function);
        let mut expected = vec![0.0; 77];
        function.forward(&x, &mut expected);
        assert_eq!(values(y.clone()), expected, "{function}");

        let weighted = y * Tensor::from_data(TensorData::new(dy.clone(), [7, 11]), &device);
        let gradients = weighted.sum().backward();
        function.backward(&x, &dy, &mut expected);
        assert_eq!(
            values(tensor.grad(&gradients).unwrap()),
            expected,
            "{function}"
        );
    }
}

#[test]
fn views_and_plain_devices_work() {
    let device = Device::flex();
    let x = Tensor::<2>::from_data(TensorData::new(numbers(24), [4, 6]), &device);
    let tanh: Function = "tanh".parse().unwrap();
    let whole = activation(x.clone(), tanh);
    assert_eq!(
        values(activation(x.clone().transpose(), tanh)),
        values(whole.clone().transpose())
    );
    assert_eq!(
        values(activation(x.clone().slice([1..3, 2..5]), tanh)),
        values(whole.slice([1..3, 2..5]))
    );
    let empty = Tensor::<2>::from_data(TensorData::new(Vec::<f32>::new(), [0, 6]), &device);
    assert_eq!(activation(empty, tanh).dims(), [0, 6]);
    // The argument is still what it was.
    assert_eq!(values(x), numbers(24));
}

#[test]
fn f64_and_half_tensors_use_their_own_kernels() {
    use burn::tensor::{DType, f16};
    let gelu: Function = "gelu".parse().unwrap();
    let x: Vec<f64> = numbers(20).into_iter().map(f64::from).collect();
    let tensor = Tensor::<1>::from_data(
        TensorData::new(x.clone(), [20]),
        (&Device::flex(), DType::F64),
    );
    let mut expected = vec![0.0; 20];
    gelu.forward(&x, &mut expected);
    assert_eq!(
        activation(tensor, gelu)
            .into_data()
            .try_to_vec::<f64>()
            .unwrap(),
        expected
    );

    let x: Vec<f16> = numbers(20).into_iter().map(f16::from_f32).collect();
    let tensor = Tensor::<1>::from_data(
        TensorData::new(x.clone(), [20]),
        (&Device::flex(), DType::F16),
    );
    let mut expected = vec![f16::ZERO; 20];
    gelu.forward(&x, &mut expected);
    assert_eq!(
        activation(tensor, gelu)
            .into_data()
            .try_to_vec::<f16>()
            .unwrap(),
        expected
    );
}

#[test]
fn prelu_has_the_gradients_that_differences_show() {
    let device = Device::flex().autodiff();
    let (x, slope) = (numbers(2 * 3 * 4), vec![0.25f32, -0.5, 0.1]);
    let weights: Vec<f32> = numbers(24).iter().rev().copied().collect();
    let weigh = |x: &[f32], slope: &[f32]| -> f64 {
        (0..24)
            .map(|i| {
                let v = f64::from(x[i]);
                f64::from(weights[i])
                    * if v > 0.0 {
                        v
                    } else {
                        v * f64::from(slope[i / 4 % 3])
                    }
            })
            .sum()
    };
    let tx = Tensor::<3>::from_data(TensorData::new(x.clone(), [2, 3, 4]), &device).require_grad();
    let ts = Tensor::<1>::from_data(TensorData::new(slope.clone(), [3]), &device).require_grad();
    let y = prelu(tx.clone(), ts.clone());
    let loss = (y * Tensor::from_data(TensorData::new(weights.clone(), [2, 3, 4]), &device)).sum();
    assert!((f64::from(loss.clone().into_scalar::<f32>()) - weigh(&x, &slope)).abs() < 1e-4);
    let gradients = loss.backward();

    let step = 1.0 / 1024.0;
    for (i, &found) in values(tx.grad(&gradients).unwrap()).iter().enumerate() {
        let (mut up, mut down) = (x.clone(), x.clone());
        (up[i], down[i]) = (x[i] + step, x[i] - step);
        let difference = (weigh(&up, &slope) - weigh(&down, &slope)) / f64::from(up[i] - down[i]);
        assert!(
            (f64::from(found) - difference).abs() < 1e-5,
            "x[{i}]: {found} and {difference}"
        );
    }
    for (i, &found) in values(ts.grad(&gradients).unwrap()).iter().enumerate() {
        let (mut up, mut down) = (slope.clone(), slope.clone());
        (up[i], down[i]) = (slope[i] + step, slope[i] - step);
        let difference = (weigh(&x, &up) - weigh(&x, &down)) / f64::from(up[i] - down[i]);
        assert!(
            (f64::from(found) - difference).abs() < 1e-3,
            "slope[{i}]: {found} and {difference}"
        );
    }
}

#[test]
fn prelu_takes_units_a_shared_slope_and_one_dimension() {
    let device = Device::flex();
    let x = || Tensor::<2>::from_data([[-1.0, -2.0], [3.0, -4.0]], &device);
    let slope = |s: &[f32]| Tensor::<1>::from_data(s, &device);
    assert_eq!(
        values(prelu(x(), slope(&[0.5, 0.25]))),
        [-0.5, -0.5, 3.0, -1.0]
    );
    assert_eq!(values(prelu(x(), slope(&[0.5]))), [-0.5, -1.0, 3.0, -2.0]);
    let line = Tensor::<1>::from_data([-1.0, -2.0], &device);
    assert_eq!(values(prelu(line, slope(&[0.5, 0.25]))), [-0.5, -0.5]);
    assert_eq!(
        values(PRelu::new(2, 0.25, &device).forward(x())),
        [-0.25, -0.5, 3.0, -1.0]
    );
}

#[test]
#[should_panic(expected = "3 slopes for 2 channels")]
fn prelu_refuses_a_wrong_number_of_slopes() {
    let device = Device::flex();
    prelu(
        Tensor::<2>::zeros([4, 2], &device),
        Tensor::zeros([3], &device),
    );
}

#[test]
fn rrelu_draws_by_its_seed_and_has_the_gradient_of_what_it_drew() {
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::random([40, 50], Distribution::Uniform(-1.0, 1.0), &device).require_grad();
    let train = RreluMode::train;
    let y = rrelu(x.clone(), train(7));
    assert_eq!(values(y.clone()), values(rrelu(x.clone(), train(7))));
    assert_ne!(values(y.clone()), values(rrelu(x.clone(), train(8))));
    let gradients = y.clone().sum().backward();
    let (x, y, dx) = (
        values(x.clone()),
        values(y),
        values(x.grad(&gradients).unwrap()),
    );
    let mut sum = 0.0;
    let mut count = 0;
    for i in 0..x.len() {
        if x[i] > 0.0 {
            assert_eq!((y[i], dx[i]), (x[i], 1.0));
        } else {
            assert!((0.125..1.0 / 3.0).contains(&dx[i]) && (y[i] - dx[i] * x[i]).abs() < 1e-6);
            sum += dx[i];
            count += 1;
        }
    }
    assert!(
        (sum / count as f32 - 11.0 / 48.0).abs() < 0.01,
        "mean slope {}",
        sum / count as f32
    );
    let test = rrelu(
        Tensor::<1>::from_data([-2.0, 4.0], &device),
        RreluMode::Test { slope: 0.25 },
    );
    assert_eq!(values(test), [-0.5, 4.0]);
}
