using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Proxy.Tests.Wire;
using SidecarAspire.EndToEnd.Tests.Browsing;
using SidecarAspire.EndToEnd.Tests.Failures;

namespace SidecarAspire.EndToEnd.Tests;

/// <summary>AppHost.cs as a newcomer starts it, dashboard included, on free ports; up once for all tests.</summary>
public sealed class Topology : IAsyncLifetime
{
    /// <summary>The application nobody changes.</summary>
    public const string LegacyApp = "legacy-app";

    /// <summary>What stands in front of it.</summary>
    public const string Sidecar = "sidecar";

    private const string Dashboard = "aspire-dashboard";
    private static readonly TimeSpan s_startLimit = TimeSpan.FromMinutes(3);

    // The pictures show the usual one; Aspire's testing moves the others by itself.
    private static int SidecarPort => Screenshots.Wanted ? 8080 : FreePort.Next();

    private IDistributedApplicationTestingBuilder? _builder;
    private DistributedApplication? _app;

    /// <summary>The running application.</summary>
    public DistributedApplication App => _app ?? throw new InvalidOperationException("The topology is not up.");

    /// <summary>What opens the dashboard's login page.</summary>
    public string BrowserToken { get; } = Token();

    /// <summary>What the failure report says of it.</summary>
    public ConsoleLines Console { get; } = new();

    /// <summary>Where the dashboard is.</summary>
    public Uri DashboardAddress => App.GetEndpoint(Dashboard, "http");

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_startLimit);
        _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SidecarAspire_AppHost>(
            [$"--SIDECAR_PORT={SidecarPort}"],
            (options, settings) =>
            {
                options.DisableDashboard = false;
                (settings.Configuration ??= new()).AddInMemoryCollection(new Dictionary<string, string?>
                {
                    ["ASPIRE_DASHBOARD_FRONTEND_BROWSERTOKEN"] = BrowserToken,
                });
            },
            limit.Token);
        _builder.Services.AddLogging(logging => logging.AddProvider(Console));
        _app = await _builder.BuildAsync(limit.Token);
        await _app.StartAsync(limit.Token);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(Dashboard, limit.Token);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(LegacyApp, limit.Token);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(Sidecar, limit.Token);
    }

    /// <summary>A client of what the sidecar serves.</summary>
    public HttpClient CreateClient() => App.CreateHttpClient(Sidecar, "http");

    /// <summary>What the dashboard has received.</summary>
    public Telemetry OpenTelemetry() => new(DashboardAddress, _builder.ShouldNotBeNull().Configuration["AppHost:DashboardApiKey"].ShouldNotBeNull());

    /// <summary>Waits for a resource to end, and says what its process has been.</summary>
    public Task<ResourceEvent> StoppedAsync(string resource, CancellationToken cancellationToken) =>
        App.ResourceNotifications.WaitForResourceAsync(
            resource,
            change => KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text),
            cancellationToken);

    /// <summary>Waits for a resource to run and be well, and says in which process.</summary>
    public async Task<int> HealthyAsync(string resource, CancellationToken cancellationToken)
    {
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, cancellationToken);
        var running = await App.ResourceNotifications.WaitForResourceAsync(
            resource,
            change => change.Snapshot.State?.Text == KnownResourceStates.Running && ProcessId(change) is not null,
            cancellationToken);
        return ProcessId(running)!.Value;
    }

    /// <summary>Kills a resource's process, as a crash would.</summary>
    public async Task CrashAsync(string resource, CancellationToken cancellationToken)
    {
        using var process = Process.GetProcessById(await HealthyAsync(resource, cancellationToken));
        process.Kill();
    }

    /// <summary>Has a command of a resource executed, as a button of the dashboard does.</summary>
    public async Task ExecuteAsync(string resource, string command, CancellationToken cancellationToken)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(resource, command, cancellationToken);
        result.Success.ShouldBeTrue(result.Message);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        if (_builder is not null)
        {
            await _builder.DisposeAsync();
        }
    }

    private static int? ProcessId(ResourceEvent change) =>
        change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value is { } value
            ? Convert.ToInt32(value, CultureInfo.InvariantCulture)
            : null;

    private static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
