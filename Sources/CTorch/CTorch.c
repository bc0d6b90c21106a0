// The target is a header; the compiler wants one file to compile.
#include "CTorch.h"
