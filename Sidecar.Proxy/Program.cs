using Sidecar.Proxy;
using Sidecar.Proxy.Admin;
using Sidecar.Proxy.Lifecycle;
using Sidecar.Proxy.Observability;
using Sidecar.Proxy.Resilience;
using Sidecar.Proxy.Security;
using Sidecar.Proxy.Server.Listening;
using Sidecar.Proxy.Server.Resources;
using Sidecar.Proxy.Traffic;
using Sidecar.Proxy.Upstream;

try
{
    if (HelpCommand.TextFor(args) is { } help)
    {
        await Console.Out.WriteAsync(help);
        return 0;
    }

    Descriptors.RaiseLimit();
    return DrainCommand.IsAskedFor(args) ? await DrainCommand.RunAsync(args) : await RunAsync(Build(args));
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}
catch (CommandException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return exception.ExitCode;
}

/// <summary>The composition root.</summary>
internal sealed partial class Program
{
    /// <summary>Puts the sidecar together without starting it.</summary>
    /// <param name="args">Configuration as <c>--KEY=value</c>, which wins over the environment; after <c>--</c> the command of an application to start.</param>
    /// <param name="customize">Lets tests adjust the host.</param>
    /// <returns>The sidecar.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    internal static WebApplication Build(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var command = CommandLine.Parse(args);
        // .NET would watch appsettings.json; inotify is scarce in a cluster, and nothing would come of a change.
        string[] settings = ["--hostBuilder:reloadConfigOnChange=false", .. command.Settings];
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        var options = builder.AddSidecarConfiguration(command.Wraps ? $"http://localhost:{WrappedApp.FreePort()}" : null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddResources(options);
        builder.AddListeners(options);
        builder.AddObservability(options);
        builder.Services.AddAdmin();
        builder.Services.AddTraffic();
        builder.Services.AddSecurity();
        builder.Services.AddResilience();
        builder.Services.AddRequestFilters();
        builder.Services.AddForwarding();
        builder.AddLifecycle(options, command.Command);
        customize?.Invoke(builder);

        var app = builder.Build();
        app.UseRequestPipeline();
        return app;
    }

    private static int ExitCode(WebApplication app) => app.Services.GetService<WrappedApp>()?.ExitCode ?? 0;

    private static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
            StartLog.Write(app);
            await app.WaitForShutdownAsync();
            return ExitCode(app);
        }
        catch (Exception exception) when (ListenerFailure.Explain(exception, app.Configuration) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem.ToString());
            return 1;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it had started, or something did not stop within DrainTimeout.
            return ExitCode(app);
        }
        finally
        {
            await app.FlushAsync();
        }
    }
}
