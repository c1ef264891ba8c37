namespace Aspire.Hosting;

/// <summary>What an app host on the embedded engine takes on its command line.</summary>
internal static class CommandLineHelp
{
    private const string Text = """
        Runs the application that AppHost.cs describes, with the Aspire dashboard; or publishes it.

          --operation run|publish   what to do; default run
          --step NAME               with publish: the pipeline step to run, after all it depends on; default publish
            publish                 writes what the app host's own steps write, such as Kubernetes manifests
            publish-manifest        writes the Aspire manifest, which azd and aspirate read
            diagnostics             lists the steps there are and writes nothing
          --publisher manifest      the same as --operation publish --step publish-manifest, as azd says it
          --output-path PATH        with publish: the folder to write to, default aspire-output beside AppHost.cs;
                                    for the Aspire manifest a folder or a file that ends in .json, without a default;
                                    dotnet run starts relative paths at the folder of AppHost.cs too
          --KEY=VALUE               any setting, for example:
            --ASPNETCORE_URLS=http://localhost:18888                        the dashboard
            --ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:4317      OTLP over gRPC
            --ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL=http://localhost:4318 OTLP over HTTP
            --ASPIRE_ALLOW_UNSECURED_TRANSPORT=true                         http instead of https for these
            --Parameters:NAME=VALUE                                         a parameter of the application
          --help                    this

        The same settings are read from the environment (with __ for :), from appsettings.json and from the launch profile.
        ASPIRE_BUNDLE names a folder with Aspire's orchestrator and dashboard, dcp/dcp and managed/aspire-managed.
        """;

    /// <summary>Whether the command line asks for it.</summary>
    public static bool IsAskedFor(string[]? args) => args?.Any(arg => arg is "--help" or "-h" or "-?") == true;

    /// <summary>Shows it and ends the program.</summary>
    public static void ShowAndExit()
    {
        Console.Out.WriteLine(Text);
        Environment.Exit(0);
    }
}
