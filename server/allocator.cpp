// How jemalloc, which rollcalld is linked with, spends memory. It reads this name before main() runs.
//
// Two arenas: the loop thread allocates what the writer thread frees. Half a second: what a wave of
// connections needed is soon given back, by a thread of its own: nobody else would while nothing is asked for.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "background_thread:true,narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0,lg_tcache_max:16";
}
