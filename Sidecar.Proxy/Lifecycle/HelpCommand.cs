using System.Reflection;

namespace Sidecar.Proxy.Lifecycle;

/// <summary><c>--help</c> and <c>--version</c>: what somebody types who has only the program.</summary>
internal static class HelpCommand
{
    private const string Help = """
        A sidecar for the application nobody dares to change: access log, traces, metrics, health and honest errors in front of it.

        Usage:
          sidecar-proxy [--KEY=value ...]                            in front of the application at TARGET
          sidecar-proxy [--KEY=value ...] -- COMMAND [ARGUMENT ...]  starts the application, too, with a free port in PORT
          sidecar-proxy drain                                        begins the drain of the sidecar that runs beside it (preStop)

        Settings, from the environment or as --KEY=value:
          TARGET          absolute URL of the application, or several, comma-separated   [default: http://localhost:8080]
          PORT            the traffic port; 0 for any that is free                       [default: 80]
          SRV_NAME        the service's name in the access log                           [default: OTEL_SERVICE_NAME, else the host name]
          ADMIN_PORT      /livez, /readyz, /metrics; from loopback /config and more      [default: 9901]
          SIDECAR_CONFIG  a JSON file with more, read again when it changes
          OTEL_*          OpenTelemetry's variables; OTEL_EXPORTER_OTLP_ENDPOINT turns export on
          Sidecar__*      everything else: docs/configuration.md

          -h, --help      shows this
          --version       shows the version

        """;

    /// <summary>What is to be shown.</summary>
    /// <param name="arguments">All of the sidecar's; those of an application to start are its own.</param>
    /// <returns>The text, or null when nobody asks.</returns>
    public static string? TextFor(string[] arguments) => arguments switch
    {
        ["--version", ..] => ProgramVersion.Text + Environment.NewLine,
        _ when arguments.TakeWhile(argument => argument != CommandLine.Separator).Any(argument => argument is "--help" or "-h" or "-?") => Help,
        _ => null,
    };
}

/// <summary>Which sidecar this is.</summary>
internal static class ProgramVersion
{
    /// <summary>The version as it was built, with the commit where that was known; null only in a program built without one.</summary>
    public static string? Text => typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
