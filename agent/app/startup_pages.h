// Memory that only the start needed.
#pragma once

namespace rollcall::app {

// Unmaps the code of the program and its libraries, which the kernel maps again, page by page, from its cache as
// it is used; and returns free heap. Starting touches several megabytes of code (option parsing, YAML, OpenSSL's
// set-up, schema) that a laptop short of memory need not keep for a program that works for a moment every
// five minutes. Only executable, never written segments are touched, so nothing can be lost.
void give_back_startup_pages();

}  // namespace rollcall::app
