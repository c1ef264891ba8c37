using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace SidecarAspire.LocalEngine.Tests.ApplicationModel;

#pragma warning disable CA1848, CA1873, CA2254 // What is logged is the subject of these tests.

public sealed class ResourceLoggerServiceTests : IDisposable
{
    private readonly ResourceLoggerService _service = new() { TimeProvider = new FixedTime() };
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_begins_with_what_there_is_and_goes_on_with_what_comes()
    {
        _service.Append("app", "one", isError: false);
        _service.Append("app", "two", isError: true);
        await using var watch = _service.WatchAsync("app").GetAsyncEnumerator(_cancellation);

        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ShouldBe([new LogLine(1, "one", false), new LogLine(2, "two", true)]);
        _service.Append("app", "three", isError: false);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.ShouldBe([new LogLine(3, "three", false)]);
    }

    [Fact]
    public async Task A_watch_ends_when_the_output_is_complete()
    {
        _service.Append("app", "last", isError: false);
        _service.Complete("app");

        var lines = await _service.WatchAsync("app").SelectMany(batch => batch).ToListAsync(_cancellation);

        lines.ShouldBe([new LogLine(1, "last", false)]);
    }

    [Fact]
    public async Task Keeps_the_last_ten_thousand_lines_and_their_numbers()
    {
        for (var i = 1; i <= 10_001; i++)
        {
            _service.Append("app", $"line {i}", isError: false);
        }

        var lines = await _service.GetAllAsync("app").SelectMany(batch => batch).ToListAsync(_cancellation);

        lines.Count.ShouldBe(10_000);
        lines[0].ShouldBe(new LogLine(2, "line 2", false));
        lines[^1].ShouldBe(new LogLine(10_001, "line 10001", false));
    }

    [Fact]
    public void Counts_from_one_again_after_it_has_been_cleared()
    {
        _service.Append("app", "before", isError: false);

        _service.ClearBacklog("app");
        _service.Append("app", "after", isError: false);

        _service.Tail("app", 10).ShouldBe([new LogLine(1, "after", false)]);
    }

    [Fact]
    public void A_logger_writes_the_time_and_takes_errors_for_standard_error()
    {
        var app = new TestResource("app", new ResourceInstanceAnnotation("abcdefgh"));
        var log = _service.GetLogger(app);

        log.LogInformation("started");
        log.LogError(new InvalidOperationException("port in use"), "failed");

        _service.Tail("app-abcdefgh", 2).ShouldBe(
        [
            new LogLine(1, "2026-01-02T03:04:05.0000000Z started", false),
            new LogLine(2, "2026-01-02T03:04:05.0000000Z failed\nSystem.InvalidOperationException: port in use", true),
        ]);
    }

    [Fact]
    public void A_line_gets_its_time_unless_it_begins_with_it()
    {
        _service.Append("app", "2026-01-01T00:00:00Z from DCP", isError: false);
        _service.Append("app", "from elsewhere", isError: false, new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1)));

        _service.Tail("app", 2).Select(line => line.Content).ShouldBe(["2026-01-01T00:00:00Z from DCP", "2026-01-02T03:04:05.0000000Z from elsewhere"]);
    }

    [Fact]
    public async Task Loses_nothing_while_many_write_and_somebody_watches()
    {
        const int Writers = 4, Lines = 1_000;
        var seen = _service.WatchAsync("app").SelectMany(batch => batch).Take(Writers * Lines).ToListAsync(_cancellation);

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Lines; i++)
            {
                _service.Append("app", $"{writer}", isError: false);
            }
        }, _cancellation)));

        (await seen).Select(line => line.LineNumber).ShouldBe(Enumerable.Range(1, Writers * Lines));
    }

    public void Dispose() => _service.Dispose();

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
