using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dcp;
using Microsoft.Extensions.Logging.Abstractions;
using SidecarAspire.LocalEngine.Tests.ApplicationModel;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

public sealed class ConsoleLogPumpTests
{
    [Theory]
    [InlineData("2026-11-21T05:00:00.123456Z Listening on port 80", "Listening on port 80")]
    [InlineData("2026-11-21T05:00:00.123456Z   indented", "  indented")]
    [InlineData("2026-11-21T05:00:00.123456Z ", "")]
    [InlineData("2026-11-21T05:00:00.123456Z", "")]
    public void A_time_stamp_is_parted_from_the_line(string line, string text) =>
        ConsoleLogPump.Split(line).ShouldBe((new DateTimeOffset(2026, 11, 21, 5, 0, 0, TimeSpan.Zero).AddTicks(1_234_560), text));

    [Theory]
    [InlineData("no stamp at all")]
    [InlineData("word")]
    [InlineData("")]
    [InlineData(" leading")]
    public void A_line_without_a_time_stamp_is_text_alone(string line) => ConsoleLogPump.Split(line).ShouldBe((null, line));

    [Fact]
    public async Task Output_is_carried_into_the_log_by_its_source()
    {
        using var dcp = new FakeDcp();
        dcp.Output["stdout"] = "2026-11-21T05:00:00Z out\n";
        dcp.Output["stderr"] = "2026-11-21T05:00:01Z err\n";
        dcp.Output["system"] = "2026-11-21T05:00:02Z started\n";
        using var loggers = new ResourceLoggerService();
        var last = new LastOutput();

        await new ConsoleLogPump(loggers, new EngineOptions(), NullLoggerFactory.Instance)
            .PumpAsync(dcp.Client, new TestResource("web"), "web-x", last, TestContext.Current.CancellationToken);

        loggers.Tail("web-x", 10).Select(l => (l.Content, l.IsErrorMessage)).ShouldBe(
            [
                ("2026-11-21T05:00:00.0000000Z out", false),
                ("2026-11-21T05:00:01.0000000Z err", true),
                ("2026-11-21T05:00:02.0000000Z [sys] started", false),
            ],
            ignoreOrder: true);
        last.System.ShouldBe("started");
    }
}
