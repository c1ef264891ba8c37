using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Aspire.Hosting.Dcp;

/// <summary>Speaks with the orchestrator's API server.</summary>
internal sealed class DcpClient(HttpClient http) : IDisposable
{
    private const string Executables = DcpApi.Root + "executables";
    private const string Services = DcpApi.Root + "services";

    // The API server accepts neither media type with a charset.
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private static readonly MediaTypeHeaderValue s_mergePatch = new("application/merge-patch+json");

    public Task CreateAsync(DcpService service, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Services, JsonContent.Create(service, DcpJsonContext.Default.DcpService, s_json), cancellationToken);

    public Task CreateAsync(DcpExecutable executable, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Executables, JsonContent.Create(executable, DcpJsonContext.Default.DcpExecutable, s_json), cancellationToken);

    public async Task<DcpService> GetServiceAsync(string name, CancellationToken cancellationToken) =>
        await http.GetFromJsonAsync($"{Services}/{name}", DcpJsonContext.Default.DcpService, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"The orchestrator answered nothing for service '{name}'.");

    /// <summary>Asks a program to end; this cannot be taken back, a restart is a new object.</summary>
    public Task StopExecutableAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{Executables}/{name}", new StringContent("""{"spec":{"stop":true}}""", s_mergePatch), cancellationToken);

    public Task DeleteExecutableAsync(string name, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"{Executables}/{name}", content: null, cancellationToken);

    /// <summary>Whether an object of that name is still there.</summary>
    public async Task<bool> ExecutableExistsAsync(string name, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"{Executables}/{name}", UriKind.Relative), cancellationToken).ConfigureAwait(false);
        return response.StatusCode != HttpStatusCode.NotFound;
    }

    /// <summary>News of all programs, those that are there first; ends when the server closes the stream.</summary>
    public async IAsyncEnumerable<DcpWatchEvent> WatchExecutablesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await GetStreamAsync($"{Executables}?watch=true", cancellationToken).ConfigureAwait(false);
        var lines = LinesAsync(response, cancellationToken);
        await foreach (var line in lines.ConfigureAwait(false))
        {
            if (JsonSerializer.Deserialize(line, DcpJsonContext.Default.DcpWatchEvent) is { } news)
            {
                yield return news;
            }
        }
    }

    /// <summary>A program's output, from its start to its end; lines begin with a time stamp.</summary>
    /// <param name="name">The program.</param>
    /// <param name="source"><c>stdout</c>, <c>stderr</c> or <c>system</c>, the last being the orchestrator's own words about it.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<string> FollowLogAsync(string name, string source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await GetStreamAsync($"{Executables}/{name}/log?source={source}&follow=true&timestamps=true", cancellationToken).ConfigureAwait(false);
        await foreach (var line in LinesAsync(response, cancellationToken).ConfigureAwait(false))
        {
            yield return line;
        }
    }

    /// <summary>Asks the orchestrator to end everything it runs and then itself.</summary>
    public Task ShutDownAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, "/admin/execution", new StringContent("""{"status":"Stopping","shutdownResourceCleanup":"Full"}""", s_mergePatch), cancellationToken);

    public void Dispose() => http.Dispose();

    private static async IAsyncEnumerable<string> LinesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false));
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            yield return line;
        }
    }

    private async Task<HttpResponseMessage> GetStreamAsync(string path, CancellationToken cancellationToken)
    {
        var response = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return response.EnsureSuccessStatusCode();
    }

    private async Task SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            throw new DcpException($"The orchestrator refused {method} {path} with {(int)response.StatusCode}: {body.ReplaceLineEndings(" ").Trim()}", response.StatusCode);
        }
    }
}
