"""A sampler for closed forms."""

import torch


class Straight:
    """Its step is x + speed e and its noising init + t noise, with times n, n - 1 ... 1."""

    order, init_noise_sigma = 1, 1.0

    def __init__(self, speed=1.0, alphas_cumprod=None):
        self.speed, self.alphas_cumprod = speed, alphas_cumprod

    def set_timesteps(self, steps, device):
        self.timesteps = torch.arange(steps, 0, -1, dtype=torch.float32)

    def scale_model_input(self, sample, time):
        return sample

    def add_noise(self, init, noise, times):
        return init + times.reshape(-1, 1, 1, 1) * noise

    def step(self, guess, time, sample, return_dict):
        return (sample + self.speed * guess,)
