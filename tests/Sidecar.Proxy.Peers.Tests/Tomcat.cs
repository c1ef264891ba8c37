using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Peers.Tests;

/// <summary>Debian's Tomcat, with files of its own.</summary>
internal sealed class Tomcat : IDisposable
{
    private const string Home = "/usr/share/tomcat10";

    private readonly DirectoryInfo _base;
    private readonly PeerProcess _process;

    private Tomcat(DirectoryInfo @base, PeerProcess process) => (_base, _process) = (@base, process);

    /// <summary>Starts one and waits until it listens.</summary>
    /// <param name="files">What it serves: text by path.</param>
    /// <returns>The server, and its address.</returns>
    public static async Task<(Tomcat Server, string Url)> ServeAsync(params (string Path, string Text)[] files)
    {
        Tool.Require("tomcat");
        var @base = Directory.CreateTempSubdirectory("sidecar-");
        foreach (var folder in new[] { "conf", "logs", "temp", "work" })
            @base.CreateSubdirectory(folder);
        foreach (var name in new[] { "server.xml", "web.xml" })
            File.Copy(Path.Combine(NpmPackages.Folder, "tomcat", name), Path.Combine(@base.FullName, "conf", name));
        foreach (var (path, text) in files)
        {
            var file = new FileInfo(Path.Combine(@base.FullName, "webapps", "ROOT", path));
            file.Directory!.Create();
            await File.WriteAllTextAsync(file.FullName, text, Patience.Token());
        }

        // It writes its log to standard error.
        var process = PeerProcess.Start(
            "sh", "-c", "exec java \"$@\" 2>&1", "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", $"{Home}/bin/bootstrap.jar:{Home}/bin/tomcat-juli.jar",
            $"-Dcatalina.home={Home}", $"-Dcatalina.base={@base.FullName}", $"-Djava.io.tmpdir={@base.FullName}/temp", "org.apache.catalina.startup.Bootstrap", "start");
        var server = new Tomcat(@base, process);
        try
        {
            const string Listening = "Starting ProtocolHandler [\"http-nio-127.0.0.1-auto-1-";
            while (true)
            {
                if ((await process.NextAsync()).Split(Listening) is [_, var rest])
                    return (server, $"http://127.0.0.1:{rest.Split('"')[0]}");
            }
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Process.Kill(entireProcessTree: true);
        _process.Process.WaitForExit();
        _process.Dispose();
        _base.Delete(recursive: true);
    }
}
