using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Configuration;
using Sidecar.Proxy.Forwarding;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Observability;

try
{
    return await RunAsync(Build(args));
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
    /// <param name="args">Configuration as <c>--KEY=value</c>; it wins over the environment.</param>
    /// <param name="customize">A last word for tests.</param>
    /// <returns>The sidecar.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentContract();
        var options = OptionsReader.Read(builder.Configuration);

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new SidecarSettings(options));
        builder.AddObservability(options);
        builder.AddListeners(options);
        builder.Services.AddForwarding();
        builder.AddLifecycle(options);
        customize?.Invoke(builder);

        var app = builder.Build();
        app.UseAdmin();
        app.UseDrain();
        app.UseRequestTelemetry();
        app.UseForwarding();
        return app;
    }

    private static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (ListenerFailure.Explain(exception, app.Configuration) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem.ToString());
            return 1;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it had started.
            return 0;
        }
        finally
        {
            await app.FlushAsync();
        }
    }
}
