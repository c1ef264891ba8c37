using System.Net.Http.Headers;

namespace Sidecar.Proxy.Security.ExternalAuthorization;

/// <summary>What the authorization service says.</summary>
/// <param name="StatusCode">Its status code; 200 lets the request pass. 0 when it failed.</param>
/// <param name="Headers">Its headers, without those of the hop.</param>
/// <param name="Body">Its body, where it refuses.</param>
/// <param name="Failure">Why there is no answer that can be used, or null.</param>
internal sealed record ExternalAnswer(int StatusCode, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, string? Failure)
{
    /// <summary>No answer that can be used.</summary>
    /// <param name="reason">Why.</param>
    public static ExternalAnswer Failed(string reason) => new(0, [], [], reason);

    /// <summary>Whether the request may pass.</summary>
    public bool IsAllowed => StatusCode == StatusCodes.Status200OK;

    /// <summary>The values of headers.</summary>
    /// <param name="answer">The answer.</param>
    /// <returns>Names and values, one by one.</returns>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(HttpResponseMessage answer) => Each(answer.Headers).Concat(Each(answer.Content.Headers));

    private static IEnumerable<KeyValuePair<string, string>> Each(HttpHeaders headers) => headers.NonValidated.SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
}
