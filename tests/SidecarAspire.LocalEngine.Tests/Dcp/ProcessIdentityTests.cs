using System.Diagnostics;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void It_is_written_and_read_again()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId).ShouldNotBeNull();

        own.Id.ShouldBe(Environment.ProcessId);
        ProcessIdentity.Parse(own.ToString()).ShouldBe(own);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("12 x")]
    [InlineData("x 12")]
    [InlineData("1 2 3")]
    public void A_line_that_was_cut_short_is_none(string line) => ProcessIdentity.Parse(line).ShouldBeNull();

    [Fact]
    public void A_process_that_is_gone_has_none()
    {
        using var process = Sleeper.Start();
        process.Kill();
        process.WaitForExit();

        ProcessIdentity.Of(process.Id).ShouldBeNull();
    }

    [Fact]
    public void It_is_killed_with_all_it_has_started()
    {
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "sleep 600 & echo $!; wait"]) { RedirectStandardOutput = true })!;
        using var child = Process.GetProcessById(int.Parse(process.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture));

        ProcessIdentity.Of(process.Id).ShouldNotBeNull().Kill();

        process.WaitForExit(Sleeper.Deadline).ShouldBeTrue();
        child.WaitForExit(Sleeper.Deadline).ShouldBeTrue();
    }

    [Fact]
    public void Another_process_with_the_same_id_is_left_alone()
    {
        using var process = Sleeper.Start();
        var identity = ProcessIdentity.Of(process.Id).ShouldNotBeNull();

        (identity with { StartedUtc = identity.StartedUtc.AddSeconds(-10) }).Kill();

        process.HasExited.ShouldBeFalse();
        process.Kill();
    }

    [Fact]
    public void A_start_time_may_move_a_little_with_the_clock()
    {
        var own = ProcessIdentity.Of(Environment.ProcessId).ShouldNotBeNull();

        own.IsSameAs(own with { StartedUtc = own.StartedUtc.AddSeconds(1) }).ShouldBeTrue();
        own.IsSameAs(own with { StartedUtc = own.StartedUtc.AddSeconds(3) }).ShouldBeFalse();
        own.IsSameAs(own with { Id = own.Id + 1 }).ShouldBeFalse();
    }
}
