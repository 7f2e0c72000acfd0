#include "lib/host/live_host.h"

int main() {
  return doctor::serve_host_helper();
}
