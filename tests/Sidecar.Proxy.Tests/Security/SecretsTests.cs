using System.Security.Cryptography;
using System.Text;
using Sidecar.Proxy.Tests.Security.Jwt;
using Sidecar.Proxy.Tests.Wire;

namespace Sidecar.Proxy.Tests.Security;

public sealed class SecretsTests : IDisposable
{
    private const string Key = "key-0f9c2d7ab1-very-secret";
    private readonly TestIssuer _issuer = new();

    /// <summary>Every way in for a credential, good and bad, on every way out.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_credential_is_in_any_log_span_metric_answer_or_configuration(bool holds)
    {
        var spans = new RecordedSpans();
        await using var app = ScriptedApp.Answering(Answers.Ok);
        await using var sidecar = await RunningSidecar.StartAsync(app.Url, spans, _issuer.Settings(
            "Sidecar:AccessLog:Format=Json", "Sidecar:Security:Jwt:Cookie=sid", "Sidecar:Security:Jwt:Query=Ticket", "Sidecar:Security:ApiKeys:Entries:0:Name=batch",
            $"Sidecar:Security:ApiKeys:Entries:0:Hash={Hash(Key)}", $"Sidecar:Security:External:Url=http://127.0.0.1:{FreePort.Next()}", "Sidecar:Security:External:FailOpen=true"));
        var (token, key) = holds ? (_issuer.Token(), Key) : (_issuer.Token("ES384", header: header => header["kid"] = "p256"), Key + "!");
        string[] secrets = [token, .. token.Split('.'), Key, Hash(Key)];
        var everything = new StringBuilder();

        foreach (var (target, header) in new[]
        {
            ("/h", $"Authorization: Bearer {token}"), ("/h", $"authorization: bearer {token}"), ("/c", $"Cookie: a=b; sid={token}"), ($"/q?a=1&Ticket={token}", "X: y"),
            ($"/q?%54icket={token}", "X: y"), ("/k", $"X-Api-Key: {key}"), ("/b", $"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\nX-Api-Key: {key}"),
        })
        {
            var answer = await sidecar.GetAsync(target, header);
            everything.AppendLine(answer).AppendLine(await sidecar.AccessLog.NextAsync());
            (answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) == holds || target == "/b").ShouldBeTrue(answer);
            foreach (var record in await sidecar.Logs.UntilAsync(Proxy.Observability.AccessLogging.AccessLog.Category))
                Describe(everything, record);
        }

        foreach (var record in sidecar.Logs.Drain())
            Describe(everything, record);
        everything.AppendLine((await sidecar.AdminAsync("/metrics")).Body).AppendLine((await sidecar.AdminAsync("/config")).Body);
        foreach (var span in spans.Drain())
            everything.AppendLine(span.Name).AppendJoin('\n', span.Attributes.Select(tag => $"{tag.Key}={tag.Value}")).AppendLine(span.StatusDescription);

        var text = everything.ToString();
        text.ShouldContain("Ticket=REDACTED");
        text.ShouldContain("Sidecar:Security:ApiKeys:Header");
        foreach (var secret in secrets.Where(secret => secret.Length > 8))
            text.ShouldNotContain(secret, Case.Insensitive);
    }

    public void Dispose() => _issuer.Dispose();

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private static void Describe(StringBuilder everything, RecordedLogs.Record record) =>
        everything.AppendLine(record.Message).AppendJoin('\n', record.Attributes.Select(pair => $"{pair.Key}={pair.Value}")).AppendLine(record.Exception?.ToString());
}
