// A million sums of three numbers, called directly; prints the seconds.
#include <torch/torch.h>

#include <chrono>
#include <cstdio>

int main() {
  torch::NoGradGuard no_gradients;
  auto numbers = torch::tensor({1.f, 2.f, 3.f});
  for (int i = 0; i < 50000; i++) auto sum = numbers + numbers;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000000; i++) auto sum = numbers + numbers;
  std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%.6f\n", seconds.count());
}
