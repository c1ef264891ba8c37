using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Otlp;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>A whole sidecar inside the test's process, on free loopback ports.</summary>
internal sealed partial class RunningSidecar : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningSidecar(WebApplication app, LineStream accessLog, RecordedLogs logs)
    {
        _app = app;
        AccessLog = accessLog;
        Logs = logs;
        var ports = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address).Port).ToArray();
        (Port, AdminPort) = (ports[0], ports[1]);
    }

    public LineStream AccessLog { get; }

    public RecordedLogs Logs { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a sidecar in front of an app.</summary>
    /// <param name="target">The app's address.</param>
    /// <param name="settings">Configuration, as <c>KEY=value</c>.</param>
    public static Task<RunningSidecar> StartAsync(string target, params string[] settings) => StartAsync(target, null, null, settings);

    /// <summary>Starts a sidecar whose spans are recorded.</summary>
    public static Task<RunningSidecar> StartAsync(string target, RecordedSpans? spans, params string[] settings) => StartAsync(target, spans, null, settings);

    /// <summary>Starts a sidecar whose target comes from somewhere else.</summary>
    public static Task<RunningSidecar> StartWithoutTargetAsync(params string[] settings) => StartAsync(null, null, null, settings);

    public static Task<RunningSidecar> StartAsync(string? target, Action<WebApplicationBuilder>? customize, params string[] settings) => StartAsync(target, null, customize, settings);

    private static async Task<RunningSidecar> StartAsync(string? target, RecordedSpans? spans, Action<WebApplicationBuilder>? customize, params string[] settings)
    {
        var accessLog = new LineStream();
        var logs = new RecordedLogs();
        string[] defaults = [.. target is null ? [] : new[] { $"TARGET={target}" }, "PORT=0", "ADMIN_PORT=0", "SRV_NAME=legacy", "Sidecar:Listener:Address=127.0.0.1", "Sidecar:Admin:Address=127.0.0.1"];
        var app = Program.Build([.. defaults.Concat(settings).Select(setting => "--" + setting)], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(logs);
            builder.Services.AddSingleton(new StandardOutput(accessLog));
            builder.Services.AddSingleton(new OtlpSinks(spans, logs));
            // Signals are the test runner's.
            builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
            customize?.Invoke(builder);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningSidecar(app, accessLog, logs);
    }

    /// <summary>Waits until it has stopped of its own accord.</summary>
    public Task StoppedAsync() => _app.WaitForShutdownAsync(Patience.Token());

    public async Task StopAsync() => await _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
        }

        await _app.DisposeAsync();
        Logs.Blame.ShouldBeNobodys();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Stands in for standard output.</summary>
    internal sealed class LineStream : MemoryStream
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync(Patience.Token());

        public bool IsEmpty => _lines.Reader.Count == 0;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            foreach (var line in Encoding.UTF8.GetString(buffer.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                _lines.Writer.TryWrite(line);
            return default;
        }
    }
}
