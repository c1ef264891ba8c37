using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Aspire.Hosting.Dcp;

namespace SidecarAspire.LocalEngine.Tests.Dcp;

/// <summary>Answers as the orchestrator does, and runs nothing.</summary>
internal sealed class FakeDcp : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonNode> _executables = [];
    private readonly List<(string Method, string Path, string Body)> _refusals = [];
    private readonly List<string> _requests = [];
    private int _lastPort = 20_000;

    public FakeDcp() => Client = new DcpClient(new HttpClient(this) { BaseAddress = new Uri("http://dcp"), Timeout = Timeout.InfiniteTimeSpan });

    public DcpClient Client { get; }

    /// <summary>Whether nobody answers.</summary>
    public bool IsGone { get; set; }

    /// <summary>The ports given to services.</summary>
    public Dictionary<string, int> Ports { get; } = [];

    /// <summary>The objects that were created, in order.</summary>
    public Channel<DcpExecutable> Created { get; } = Channel.CreateUnbounded<DcpExecutable>();

    /// <summary>The names of the programs that were asked to end.</summary>
    public Channel<string> Stopped { get; } = Channel.CreateUnbounded<string>();

    /// <summary>What programs print, by source.</summary>
    public Dictionary<string, string> Output { get; } = [];

    /// <summary>Method and path of each request, without those for output.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Refuses requests of a kind from now on.</summary>
    public void Refuse(string method, string path, string body) => _refusals.Add((method, path, body));

    /// <summary>Takes back all refusals.</summary>
    public void RefuseNothing() => _refusals.Clear();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsGone)
        {
            throw new HttpRequestException("Connection refused");
        }

        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var path = request.RequestUri!.AbsolutePath.Split('/')[4..];
        lock (_lock)
        {
            if (path.Length == 3)
            {
                var source = System.Web.HttpUtility.ParseQueryString(request.RequestUri.Query)["source"]!;
                return Answer(HttpStatusCode.OK, Output.GetValueOrDefault(source, ""));
            }

            _requests.Add($"{request.Method} {string.Join('/', path)}");
            if (_refusals.Find(r => r.Method == request.Method.Method && r.Path == path[0]) is { Method: not null } refusal)
            {
                return Answer(HttpStatusCode.UnprocessableEntity, refusal.Body);
            }

            return (request.Method.Method, path) switch
            {
                ("POST", ["services"]) => CreateService(JsonNode.Parse(body)!),
                ("GET", ["services", var name]) => Answer(HttpStatusCode.OK, Service(name)),
                ("POST", ["executables"]) => CreateExecutable(JsonNode.Parse(body)!, body),
                ("GET", ["executables", var name]) => Answer(_executables.ContainsKey(name) ? HttpStatusCode.OK : HttpStatusCode.NotFound, "{}"),
                ("DELETE", ["executables", var name]) => Answer(_executables.Remove(name) ? HttpStatusCode.OK : HttpStatusCode.NotFound, "{}"),
                ("PATCH", ["executables", var name]) => Stop(name),
                _ => Answer(HttpStatusCode.MethodNotAllowed, ""),
            };
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, string body) => new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static string NameOf(JsonNode node) => node["metadata"]!["name"]!.GetValue<string>();

    private HttpResponseMessage CreateService(JsonNode service)
    {
        Ports[NameOf(service)] = service["spec"]!["port"]?.GetValue<int>() ?? ++_lastPort;
        return Answer(HttpStatusCode.Created, "{}");
    }

    private string Service(string name) =>
        $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"protocol":"TCP","addressAllocationMode":"Localhost"},"status":{"effectivePort":{{{Ports[name]}}} }}""";

    private HttpResponseMessage CreateExecutable(JsonNode executable, string body)
    {
        if (!_executables.TryAdd(NameOf(executable), executable))
        {
            return Answer(HttpStatusCode.Conflict, "already exists");
        }

        Created.Writer.TryWrite(JsonSerializer.Deserialize(body, DcpJsonContext.Default.DcpExecutable)!);
        return Answer(HttpStatusCode.Created, "{}");
    }

    private HttpResponseMessage Stop(string name)
    {
        Stopped.Writer.TryWrite(name);
        return Answer(HttpStatusCode.OK, "{}");
    }
}
