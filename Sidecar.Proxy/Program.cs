using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Listening;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Observability.Prometheus;

try
{
    await using var app = Build(args);
    try
    {
        await app.StartAsync();
    }
    catch (Exception exception) when (ListenerFailure.Explain(exception, app.Configuration) is { } problem)
    {
        await Console.Error.WriteLineAsync(problem.ToString());
        return 1;
    }

    try
    {
        await app.WaitForShutdownAsync();
    }
    catch (OperationCanceledException)
    {
        // What ran longer than DrainTimeout has been cut off.
    }

    return app.Services.GetService<WrappedApp>()?.ExitCode ?? 0;
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

/// <summary>The composition root. It reads in the order in which a request passes.</summary>
internal sealed partial class Program
{
    /// <summary>Puts the sidecar together without starting it.</summary>
    /// <param name="args">Configuration as <c>--KEY=value</c>, which wins over the environment; then, after <c>--</c>, a command to wrap.</param>
    /// <param name="customize">A last word for tests.</param>
    /// <returns>The sidecar.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var command = WrappedCommand.Split(args, out var own);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = own, ContentRootPath = AppContext.BaseDirectory });
        command = command?.Settle(builder.Configuration);
        var options = builder.AddSidecarConfiguration();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddListeners(options);
        builder.AddObservability(options.ServiceName);
        builder.Services.AddAdmin();
        builder.Services.AddForwarding();
        builder.AddLifecycle(options, command);
        customize?.Invoke(builder);

        var app = builder.Build();
        // Listens from the first request on, not from the first scrape.
        app.Services.GetRequiredService<PrometheusRegistry>();
        app.UseAdmin();
        app.UseDrain();
        app.UseRequestTelemetry();
        app.UseRequestChecks();
        app.UseForwarding();
        return app;
    }
}
