using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Published.Tests;

/// <summary>Only here: .NET's runtime has raised the limit before the sidecar runs, which then does not know what it was.</summary>
public sealed class WrappedAppLimitTests
{
    [Fact]
    public async Task An_app_has_the_limit_of_file_descriptors_that_the_sidecar_was_started_with()
    {
        using var sidecar = SidecarProcess.StartUnder(
            ["sh", "-c", "ulimit -Sn 256; ulimit -Hn 4096; exec \"$@\"", "sh"], ["--", "sh", "-c", "echo may have $(ulimit -Sn) of $(ulimit -Hn)"], ("PORT", "0"), ("ADMIN_PORT", "0"));

        (await sidecar.SaysAsync("may have")).ShouldBe("may have 256 of 4096");
    }
}
