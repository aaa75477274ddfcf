package demo

// fuse answers the prompts of a fusion: a judge's, which lists numbered spans of
// several answers, and a writer's, which lists claims.
func (s *Server) fuse(x *exchange) (reply, bool) {
	return reply{}, false
}
