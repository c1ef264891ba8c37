using Sidecar.Proxy.Lifecycle;

namespace Sidecar.Proxy.Tests.Lifecycle;

public sealed class CompilerMemoryTests
{
    [Fact]
    public void Memory_goes_back_once_after_each_burst_of_compiling()
    {
        using var memory = new CompilerMemory();

        long[] compiled = [500, 900, 905, 906, 950, 980, 1010, 1011, 1011];

        compiled.Select(memory.IsOver).ShouldBe([false, false, true, false, false, false, false, true, false]);
    }

    [Fact]
    public void The_C_library_is_asked()
    {
        CompilerMemory.Trim().ShouldBe(File.Exists("/lib/x86_64-linux-gnu/libc.so.6") || File.Exists("/lib/aarch64-linux-gnu/libc.so.6"));
    }
}
