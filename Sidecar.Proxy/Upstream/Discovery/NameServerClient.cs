using DnsClient;

namespace Sidecar.Proxy.Upstream.Discovery;

/// <summary>
/// Asks name servers, because .NET asks for addresses alone. DnsClient speaks with one server once; which server is asked when, and for how long, stands here,
/// by the sidecar's clock. Nothing is cached: how long a response holds is for <see cref="TargetDiscovery"/> to say.
/// </summary>
internal sealed class NameServerClient(TimeProvider time)
{
    private const int Tries = 2;

    private readonly LookupClient _client = new(new LookupClientOptions
    {
        AutoResolveNameServers = false,
        UseCache = false,
        Retries = 0,
        Timeout = Timeout.InfiniteTimeSpan,
        // No EDNS: what does not fit into a plain datagram comes over TCP (RFC 7766).
        ExtendedDnsBufferSize = DnsQueryOptions.MinimumBufferSize,
    });

    /// <summary>Asks for the records of a name, by the rules of resolv.conf.</summary>
    /// <param name="servers">Whom.</param>
    /// <param name="name">The name.</param>
    /// <param name="type">The type of the records.</param>
    /// <param name="timeout">How long one try may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name that there are records of, and the response.</returns>
    /// <exception cref="DiscoveryException">There are none, or nobody answers.</exception>
    public async Task<(string Name, DnsResponse Answer)> AskAsync(NameServers servers, string name, QueryType type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (servers.Servers.Count == 0)
            throw new DiscoveryException("no name server is known");
        var exists = false;
        foreach (var candidate in servers.Candidates(name.ToLowerInvariant()))
        {
            var answer = await AskServersAsync(servers.Servers, candidate, type, timeout, cancellationToken);
            if (answer.HasRecords(candidate))
                return (candidate, answer);
            exists |= !answer.IsNameError;
        }

        throw new DiscoveryException(exists ? $"{name} has no {type} records" : $"{name} does not exist");
    }

    private async Task<DnsResponse> AskServersAsync(IReadOnlyList<IPEndPoint> servers, string name, QueryType type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var problem = "";
        for (var i = 0; i < Tries * servers.Count; i++)
        {
            var server = servers[i % servers.Count];
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                var response = await _client.QueryServerAsync([new NameServer(server)], new DnsQuestion(name, type), either.Token);
                // DnsClient compares ids alone (RFC 5452, section 9.1).
                if (!IsTo(response, name, type))
                    problem = $"name server {server} answers another question";
                else if (response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain)
                    return new(response);
                else
                    problem = $"name server {server} answers with code {(int)response.Header.ResponseCode} to {name}";
            }
            catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                problem = $"name server {server} does not answer within {Duration.Format(timeout)}";
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Whatever a server sends, the next try may be better.
                problem = $"name server {server}: {exception.GetBaseException().Message.ReplaceLineEndings(" ")}";
            }
        }

        throw new DiscoveryException(problem);
    }

    private static bool IsTo(IDnsQueryResponse response, string name, QueryType type) =>
        response.Questions is [var question] && question.QuestionType == type && question.QuestionClass == QueryClass.IN && DnsResponse.Is(question.QueryName, name);
}

/// <summary>Targets cannot be found.</summary>
/// <param name="message">Why, for the log: the rest of a sentence about a name.</param>
internal sealed class DiscoveryException(string message) : Exception(message);
