using System.Text;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class StandardOutputTests
{
    [Fact]
    public async Task Nothing_is_lost_and_no_line_torn_when_it_is_closed()
    {
        await using var stream = new MemoryStream();
        var output = new StandardOutput(stream);

        await Parallel.ForAsync(0, 10_000, (i, _) =>
        {
            output.Write(Encoding.UTF8.GetBytes($"line {i} {new string('x', i % 300)}\n"));
            return default;
        });
        await output.DisposeAsync();

        var lines = Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n').Split('\n');
        lines.Length.ShouldBe(10_000);
        lines.ShouldAllBe(line => line.StartsWith("line ") && line.EndsWith(" " + new string('x', int.Parse(line.Split(' ')[1], null) % 300)));
        output.Dropped.ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_does_not_move_costs_lines_but_never_time()
    {
        await using var stream = new StuckStream();
        var output = new StandardOutput(stream, maxPendingBytes: 100_000);
        var line = new byte[1000];
        line.AsSpan().Fill((byte)'x');
        output.Write(line);
        await stream.Reached.WaitAsync(Patience.Token());

        for (var i = 0; i < 150; i++)
            output.Write(line);

        output.Dropped.ShouldBe(51);
        stream.Move();
        await output.DisposeAsync();
        stream.Written.ShouldBe(100_000);
    }

    [Fact]
    public async Task Lines_that_cannot_be_written_are_counted_and_told_of_once()
    {
        await using var stream = new FullStream();
        await using var error = new StringWriter();
        var output = new StandardOutput(stream, error: error);

        output.Write("one\ntwo\n"u8, isUrgent: true);
        await Patience.UntilAsync(() => output.Dropped == 2);
        output.Write("three\n"u8, isUrgent: true);
        await output.DisposeAsync();

        output.Dropped.ShouldBe(3);
        error.ToString().TrimEnd().ShouldBe("Log lines are lost, standard output cannot be written: No space left on device (the metric sidecar.log.dropped counts them)");
    }

    [Theory]
    [InlineData("exec \"$@\" > /dev/full", "No space left on device")]
    [InlineData("exec \"$@\" >&-", "Bad file descriptor")]
    [InlineData("\"$@\" | true", "Broken pipe")]
    public async Task A_process_whose_standard_output_is_gone_says_so_on_standard_error_and_goes_on(string script, string reason)
    {
        var adminPort = FreePort.Next();
        using var sidecar = SidecarProcess.StartUnder(["sh", "-c", script, "sh"], [], ("PORT", "0"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);

        using var http = new HttpClient();
        await http.PostAsync(new Uri($"http://127.0.0.1:{adminPort}/drain"), null, Patience.Token());

        (await sidecar.ExitAsync()).ShouldBe((0, $"Log lines are lost, standard output cannot be written: {reason} (the metric sidecar.log.dropped counts them)"));
    }

    [Fact]
    public async Task The_lines_of_the_last_requests_are_out_before_the_process_ends()
    {
        await using var app = ScriptedApp.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var (port, adminPort) = (FreePort.Next(), FreePort.Next());
        using var sidecar = SidecarProcess.Start([], ("TARGET", app.Url), ("PORT", $"{port}"), ("ADMIN_PORT", $"{adminPort}"), ("Sidecar__Listener__Address", "127.0.0.1"), ("Sidecar__Admin__Address", "127.0.0.1"));
        await sidecar.IsLiveAsync(adminPort);
        using (var client = await RawConnection.OpenAsync(port))
        {
            for (var i = 0; i < 200; i++)
            {
                await client.SendAsync($"GET /orders/{i}/ HTTP/1.1\r\nHost: a\r\n\r\n");
                await client.ReadMessageAsync();
            }
        }

        sidecar.Signal("TERM");

        var lines = (await sidecar.Output.ReadToEndAsync(Patience.Token())).Split('\n').Where(line => line.Contains("/orders/")).ToList();
        (await sidecar.ExitAsync()).ExitCode.ShouldBe(0);
        lines.Select(line => line.Split('/')[^2]).ShouldBe(Enumerable.Range(0, 200).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_line_longer_than_a_buffer_is_written_whole()
    {
        await using var stream = new MemoryStream();
        var output = new StandardOutput(stream);

        output.Write("short\n"u8);
        output.Write(new byte[200_000]);
        await output.DisposeAsync();

        stream.Length.ShouldBe(200_006);
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("No space left on device");
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _moves = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public long Written { get; private set; }

        public void Move() => _moves.TrySetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _moves.Task;
            Written += buffer.Length;
        }
    }
}
