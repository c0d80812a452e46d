// A sanitizer must be told of every switch between stacks, or it takes what an exception leaves on
// one of them for poisoned memory. Boost.Context tells it when it switches by ucontext, but a
// distribution's library is built for its assembler switch and lacks this one function of the
// other.
#ifdef BOOST_USE_UCONTEXT

#include <boost/context/fiber.hpp>

namespace boost::context::detail {

fiber_activation_record*& fiber_activation_record::current() noexcept {
    thread_local fiber_activation_record thread_itself;
    thread_local fiber_activation_record* running = &thread_itself;
    return running;
}

}  // namespace boost::context::detail

#endif
