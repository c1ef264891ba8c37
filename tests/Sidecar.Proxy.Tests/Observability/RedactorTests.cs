using Sidecar.Proxy.Configuration;

namespace Sidecar.Proxy.Tests.Observability;

public sealed class RedactorTests
{
    private static readonly Redactor Default = new(new RedactionOptions());

    [Theory]
    [InlineData("?token=abc", "?token=REDACTED")]
    [InlineData("?a=1&Token=abc&b=2", "?a=1&Token=REDACTED&b=2")]
    [InlineData("?password=x&code=y;sig=z", "?password=REDACTED&code=REDACTED;sig=REDACTED")]
    [InlineData("?access_token=a=b=c&x", "?access_token=REDACTED&x")]
    [InlineData("?to%6Ben=abc", "?to%6Ben=REDACTED")]
    [InlineData("?%zz=abc&token=1", "?%zz=abc&token=REDACTED")]
    public void Values_of_secret_parameters_are_hidden(string query, string visible) => Default.Query(query).ShouldBe(visible);

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?a=1&b")]
    [InlineData("?token")]
    [InlineData("?token=")]
    [InlineData("?&&=&;")]
    [InlineData("?mytoken=1")]
    public void A_query_without_secrets_is_the_same_object(string query) => Default.Query(query).ShouldBeSameAs(query);

    [Theory]
    [InlineData("/reset/abc", "/reset/REDACTED")]
    [InlineData("/RESET/abc/confirm", "/reset/REDACTED/confirm")]
    [InlineData("/users/7/keys/abc", "/users/7/keys/REDACTED")]
    [InlineData("/reset", "/reset")]
    [InlineData("/other/abc", "/other/abc")]
    [InlineData("*", "*")]
    public void Secret_segments_are_hidden(string path, string visible) =>
        new Redactor(new RedactionOptions { Paths = ["/reset/{token}", "/users/*/keys/{key}"] }).Path(path).ShouldBe(visible, StringCompareShould.IgnoreCase);

    [Fact]
    public void Nothing_is_hidden_where_nothing_is_secret()
    {
        var none = new Redactor(new RedactionOptions { QueryParameters = [] });

        none.Query("?token=1").ShouldBe("?token=1");
        none.Path("/a").ShouldBe("/a");
    }
}
