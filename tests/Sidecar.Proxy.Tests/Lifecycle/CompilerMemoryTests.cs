using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class CompilerMemoryTests
{
    [Fact]
    public void Memory_goes_back_while_the_compiler_works_and_not_when_it_rests()
    {
        using var memory = new CompilerMemory();

        long[] compiled = [500, 900, 905, 919, 920, 920, 939, 941];

        compiled.Select(memory.IsDue).ShouldBe([true, true, false, false, true, false, false, true]);
    }

    [Fact]
    public void The_C_library_is_asked()
    {
        CompilerMemory.Trim().ShouldBe(File.Exists("/lib/x86_64-linux-gnu/libc.so.6") || File.Exists("/lib/aarch64-linux-gnu/libc.so.6"));
    }
}
