using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace SidecarAspire.EndToEnd.Tests;

public sealed class ForwardingTests(Topology topology)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_request_through_the_sidecar_reaches_the_app()
    {
        using var client = topology.CreateClient();

        (await client.GetStringAsync("/", Cancelled)).ShouldBe("Hello you!");

        var account = await client.GetFromJsonAsync<JsonElement>("/accounts/1001", Cancelled);
        account.GetProperty("owner").GetString().ShouldBe("Ada Lovelace");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_app_does_not_know_is_answered_by_the_app()
    {
        using var client = topology.CreateClient();

        using var response = await client.GetAsync("/no/such/page", Cancelled);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Cancelled)).ShouldBe("""{"error":"not found","path":"/no/such/page"}""");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_body_comes_back_as_it_was_sent()
    {
        using var client = topology.CreateClient();
        var sent = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("überweisung ", 20_000)));
        using var content = new ByteArrayContent(sent);
        content.Headers.ContentType = new("text/x-statement");

        using var response = await client.PostAsync("/echo", content, Cancelled);

        response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("text/x-statement");
        (await response.Content.ReadAsByteArrayAsync(Cancelled)).ShouldBe(sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_statement_arrives_line_by_line_while_the_app_is_still_writing_it()
    {
        using var client = topology.CreateClient();
        using var response = await client.GetAsync("/statements/1002?ms=60000", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled));

        (await reader.ReadLineAsync(Cancelled)).ShouldBe("date,text,amount");
    }
}
