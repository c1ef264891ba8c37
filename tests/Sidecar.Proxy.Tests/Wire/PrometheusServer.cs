using System.Diagnostics;
using System.Text.Json;

namespace Sidecar.Proxy.Tests.Wire;

/// <summary>Prometheus, scraping one target ten times a second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private PrometheusServer(Process process, DirectoryInfo folder, int port)
    {
        (_process, _folder) = (process, folder);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static PrometheusServer Start(int targetPort)
    {
        var folder = Directory.CreateTempSubdirectory("sidecar-prometheus-");
        File.WriteAllText(Path.Combine(folder.FullName, "prometheus.yml"), $$"""
            global: { scrape_interval: 100ms }
            scrape_configs:
              - job_name: sidecar
                static_configs: [ { targets: [ "127.0.0.1:{{targetPort}}" ] } ]
            """);
        var port = FreePort.Next();
        var start = new ProcessStartInfo("prometheus", [
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage", "--log.level=error"])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new PrometheusServer(Process.Start(start)!, folder, port);
    }

    /// <summary>Asks until the answer satisfies, or time is up.</summary>
    /// <param name="path">A path of the HTTP API, such as <c>query?query=up</c>.</param>
    /// <param name="isEnough">Whether what <c>data</c> holds will do.</param>
    public async Task<JsonElement> AskAsync(string path, Func<JsonElement, bool> isEnough)
    {
        var patience = Patience.Token();
        var last = "nothing yet";
        while (true)
        {
            try
            {
                last = await _http.GetStringAsync($"/api/v1/{path}", patience);
                var data = JsonDocument.Parse(last).RootElement.GetProperty("data");
                if (isEnough(data))
                    return data;
            }
            catch (HttpRequestException) when (!_process.HasExited)
            {
                // It is still starting.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Prometheus' last answer to {path}: {last}");
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }
}
