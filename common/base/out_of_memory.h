// What a program does that finds no memory. Our programs recover from a restart, which they are made for, and not
// from code that was left in the middle of something.
#pragma once

namespace rollcall {

// From here on an operator new that fails says so on standard error and aborts, also where somebody would have
// caught std::bad_alloc. First thing in main(); it holds for all threads.
void abort_without_memory();

}  // namespace rollcall
