namespace Sidecar.Proxy.Lifecycle;

/// <summary>
/// <c>Sidecar.Proxy drain</c>: begins the drain of the sidecar that runs beside it with the same environment. For a container's
/// <c>preStop</c>, where there is no shell and no curl.
/// </summary>
internal static class DrainCommand
{
    private const string Name = "drain";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether the arguments ask for it.</summary>
    public static bool IsAskedFor(string[] arguments) => arguments is [Name, ..];

    /// <summary>Begins the drain; it does not wait for its end.</summary>
    /// <param name="arguments">The arguments, with the name of the command.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = CommandLine.Parse(arguments[1..]).Settings, ContentRootPath = AppContext.BaseDirectory });
        var port = builder.AddSidecarConfiguration(defaultTarget: null).Admin.Port;
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await http.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/drain")), content: null);
            if (answer.StatusCode == HttpStatusCode.Accepted)
                return 0;
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"drain: the admin port {port} answers {(int)answer.StatusCode}; it must be a sidecar's"));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"drain: no sidecar answers on the admin port {port}"));
        }

        return 1;
    }
}
