using System.Diagnostics;
using System.Globalization;

namespace SidecarAspire.Outage;

/// <summary>A target that is running.</summary>
internal sealed class AppProcess : IDisposable
{
    private readonly Process _process;

    private AppProcess(Process process, int port) => (_process, Url) = (process, $"http://127.0.0.1:{port}");

    public string Url { get; }

    public static async Task<AppProcess> StartAsync(int statusCode)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(App).Assembly.Location);
        start.ArgumentList.Add("app");
        start.ArgumentList.Add(statusCode.ToString(CultureInfo.InvariantCulture));
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("the app did not start");
        return new AppProcess(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
